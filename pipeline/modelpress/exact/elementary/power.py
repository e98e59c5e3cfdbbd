"""x**y."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelpress.exact.elementary.exponential import exp
from modelpress.exact.elementary.logarithm import log

Float64 = npt.NDArray[np.float64]


def power(x: Float64, y: Float64) -> Float64:
    """e**(y · log |x|), negative for a negative x and an odd y; NaN for a negative x and a y that
    is no whole number. 1 for y = 0 and for x = 1."""
    a = np.abs(x)
    size = np.where(a == 1, 1.0, exp(y * log(a)))
    odd = y - 2.0 * np.floor(y * 0.5) == 1
    signed = np.where(odd, -size, np.where(np.floor(y) == y, size, np.nan))
    return np.where((y == 0) | (x == 1), 1.0, np.where(x < 0, signed, np.where(y == y, size, y)))
