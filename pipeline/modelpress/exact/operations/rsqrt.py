"""1 / √x."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    return 1.0 / np.sqrt(x)


run = unary(value)
