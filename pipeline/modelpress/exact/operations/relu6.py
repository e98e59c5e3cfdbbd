"""0 where x <= 0, 6 where x >= 6, else x."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    return np.where(x <= 0, 0, np.where(x >= 6, 6, x))


run = unary(value)
