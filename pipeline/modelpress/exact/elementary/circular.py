"""sin, cos, tan and their inverses."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]

# π/2 in three parts, of which the first two have 30 bits.
HALF_PI_1, HALF_PI_2, HALF_PI_3 = 1.570796325802803, 9.920935791635221e-10, 5.170182981794105e-19
HALF_PI, PI = 1.5707963267948966, 3.141592653589793
TWO_OVER_PI = 0.6366197723675814
# 2/π in digits of 24 bits.
DIGITS = (
    10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979, 11263675,
)  # fmt: skip
LARGE = 4194304.0  # 2**22: up to here, the quarter turn times 30 bits is exact
_SIN = tuple((-1.0) ** n / math.factorial(2 * n + 1) for n in range(8, -1, -1))
_COS = tuple((-1.0) ** n / math.factorial(2 * n) for n in range(9, -1, -1))
_ATAN = tuple((-1.0) ** n / (2 * n + 1) for n in range(12, -1, -1))


def _polynomial(z: Float64, coefficients: tuple[float, ...]) -> Float64:
    result = np.full_like(z, coefficients[0])
    for coefficient in coefficients[1:]:
        result = result * z + coefficient
    return result


def reduced(x: Float64) -> tuple[Float64, Float64]:
    """x = quarter · π/2 + rest: the quarter turn, 0 to 3, and the rest, at most about π/4."""
    finite = np.abs(x) < np.inf
    small = np.where(np.abs(x) <= LARGE, x, 0.0)
    k = np.floor(small * TWO_OVER_PI + 0.5)
    rest = ((small - k * HALF_PI_1) - k * HALF_PI_2) - k * HALF_PI_3
    huge = finite & (np.abs(x) > LARGE)
    if huge.any():
        far, far_rest = _reduced_far(np.where(huge, np.abs(x), LARGE))
        k = np.where(huge, np.where(x < 0, -far, far), k)
        rest = np.where(huge, np.where(x < 0, -far_rest, far_rest), rest)
    rest = np.where(finite, rest, np.nan)
    return k - 4.0 * np.floor(k * 0.25), rest


def _reduced_far(x: Float64) -> tuple[Float64, Float64]:
    """The same for 2**22 and more (Payne and Hanek 1983): x = m · 2**e times the digits of 2/π that
    make a difference to the quarter turn."""
    e = np.frexp(x)[1].astype(np.float64) - 24.0
    m = x * np.ldexp(1.0, (-e).astype(np.int64))
    first = np.maximum(np.floor((e - 2.0) / 24.0), 0.0)
    terms = []
    for i in range(5):
        place = first + i
        digit = np.asarray(DIGITS, np.float64)[place.astype(np.int64)]
        terms.append(m * digit * np.ldexp(1.0, (e - 24.0 * (place + 1.0)).astype(np.int64)))
    total = _quarters(terms[0]) + _quarters(terms[1])
    k = np.floor((total + terms[2]) + 0.5)
    rest = ((total - k) + terms[2]) + (terms[3] + terms[4])
    return k, rest * HALF_PI


def _quarters(turns: Float64) -> Float64:
    """Without the whole turns of four quarters."""
    rest: Float64 = turns - 4.0 * np.floor(turns * 0.25)
    return rest


def _sin_of(r: Float64) -> Float64:
    return r * _polynomial(r * r, _SIN)


def _cos_of(r: Float64) -> Float64:
    return _polynomial(r * r, _COS)


def sin(x: Float64) -> Float64:
    quarter, r = reduced(x)
    s, c = _sin_of(r), _cos_of(r)
    value = np.where((quarter == 1) | (quarter == 3), c, s)
    return np.where(quarter >= 2, -value, value)


def cos(x: Float64) -> Float64:
    quarter, r = reduced(x)
    s, c = _sin_of(r), _cos_of(r)
    value = np.where((quarter == 1) | (quarter == 3), s, c)
    return np.where((quarter == 1) | (quarter == 2), -value, value)


def tan(x: Float64) -> Float64:
    quarter, r = reduced(x)
    s, c = _sin_of(r), _cos_of(r)
    return np.where((quarter == 1) | (quarter == 3), -c / s, s / c)


def atan(x: Float64) -> Float64:
    """Twice tan(a) → tan(a/2), then 13 terms of the series."""
    a = np.abs(x)
    far = a > 1
    u = np.where(far, 1.0 / a, a)
    u = u / (1.0 + np.sqrt(1.0 + u * u))
    u = u / (1.0 + np.sqrt(1.0 + u * u))
    t = 4.0 * u * _polynomial(u * u, _ATAN)
    t = np.where(far, HALF_PI - t, t)
    return np.where(x < 0, -t, np.where(x == 0, x, t))


def asin(x: Float64) -> Float64:
    return atan(x / np.sqrt((1.0 - x) * (1.0 + x)))


def acos(x: Float64) -> Float64:
    return 2.0 * atan(np.sqrt((1.0 - x) / (1.0 + x)))


def atan2(y: Float64, x: Float64) -> Float64:
    """The angle of (x, y), from −π to π; 0 for (0, 0)."""
    turn = np.where(y < 0, -PI, PI)
    right = atan(y / x)
    upright = np.where(y < 0, -HALF_PI, np.where(y > 0, HALF_PI, y))
    return np.where(x == 0, upright, np.where(x < 0, right + turn, right))
