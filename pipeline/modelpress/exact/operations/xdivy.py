"""a / b; 0 where a is 0."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import binary
from modelpress.exact.graph import Array


def value(a: Array, b: Array) -> Array:
    return np.where(a == 0, 0, a / b)


run = binary(value)
