"""-1, 0 or 1; NaN for NaN."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    return np.where(x > 0, 1, np.where(x < 0, -1, x * 0))


run = unary(value)
