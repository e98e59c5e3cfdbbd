"""e**x - 1 where x < 0, else x."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementary.exponential import expm1
from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    return np.where(x < 0, expm1(x), x)


run = unary(value)
