"""0 where x <= 0, else x."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    return np.where(x <= 0, 0, x)


run = unary(value)
