"""x / (1 + |x|)."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    found: Array = x / (1.0 + np.abs(x))
    return found


run = unary(value)
