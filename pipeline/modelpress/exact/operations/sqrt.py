"""The square root."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    return np.sqrt(x)


run = unary(value)
