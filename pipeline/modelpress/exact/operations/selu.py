"""The scaled exponential unit of Klambauer and others (2017)."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementary.exponential import expm1
from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array

SCALE = 1.0507009873554805
SCALE_ALPHA = 1.7580993408473766


def value(x: Array) -> Array:
    return np.where(x < 0, SCALE_ALPHA * expm1(x), SCALE * x)


run = unary(value)
