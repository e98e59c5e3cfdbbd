"""log, powers, and the inverse hyperbolic functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]

LN2_HI, LN2_LO = 0.6931471803691238, 1.9082149292705877e-10
LN2 = 0.6931471805599453
SQRT_HALF = 0.7071067811865476
_SERIES = tuple(1.0 / (2 * n + 1) for n in range(12, -1, -1))
_LARGE = 268435456.0  # 2**28: from here, asinh(x) is log(2x)


def _twice_atanh(s: Float64) -> Float64:
    """log((1 + s) / (1 - s)) for |s| up to 0.172: 13 terms of its series."""
    z = s * s
    result = np.full_like(z, _SERIES[0])
    for coefficient in _SERIES[1:]:
        result = result * z + coefficient
    return 2.0 * s * result


def log(x: Float64) -> Float64:
    """The natural logarithm: x = m · 2**e with m from √½ to √2."""
    usual = (x > 0) & (x < np.inf)
    m, exponent = np.frexp(np.where(usual, x, 1.0))
    low = m < SQRT_HALF
    m = np.where(low, m * 2.0, m)
    e = exponent.astype(np.float64) - np.where(low, 1.0, 0.0)
    found = e * LN2_HI + (e * LN2_LO + _twice_atanh((m - 1.0) / (m + 1.0)))
    return np.where(usual, found, np.where(x == 0, -np.inf, np.where(x > 0, x, np.nan)))


def log1p(x: Float64) -> Float64:
    """log(1 + x), without cancellation where x is small."""
    near = (x > -0.25) & (x < 0.4)
    small = np.where(near, x, 0.0)
    return np.where(near, _twice_atanh(small / (2.0 + small)), log(1.0 + x))


def asinh(x: Float64) -> Float64:
    a = np.abs(x)
    b = np.where(a < _LARGE, a, 1.0)
    small = log1p(b + b * b / (1.0 + np.sqrt(1.0 + b * b)))
    r = np.where(a < _LARGE, small, log(a) + LN2)
    return np.where(x < 0, -r, np.where(x == 0, x, r))


def acosh(x: Float64) -> Float64:
    t = x - 1.0
    return np.where(t < 0, np.nan, log1p(t + np.sqrt(t * (x + 1.0))))


def atanh(x: Float64) -> Float64:
    a = np.abs(x)
    r = 0.5 * log1p(2.0 * a / (1.0 - a))
    return np.where(x < 0, -r, np.where(x == 0, x, r))
