"""The error function and its complement."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from modelpress.exact.elementary.exponential import exp, polynomial

Float64 = npt.NDArray[np.float64]

TWO_OVER_SQRT_PI = 1.1283791670955126
# erf(x) = 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), for |x| up to ½.
_SERIES = tuple((-1.0) ** n / (math.factorial(n) * (2 * n + 1)) for n in range(12, -1, -1))
# e^(x²) (1 + 2x) erfc(x) for x from 0, in Chebyshev polynomials of (x − 3.75) / (x + 3.75): the
# form of Shepherd and Laframboise 1981, its coefficients computed to 40 digits.
CENTRE = 3.75
CHEBYSHEV = (
    1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189,
    -0.026658668435305753, 0.009074997670705265, -0.002413163540417608, 0.0004907758365258086,
    -6.916973302501207e-05, 4.13902798607301e-06, 7.74038306619849e-07, -2.1886401049234397e-07,
    1.076499946567091e-08, 4.521959811218287e-09, -7.754400208831351e-10, -6.318088340886684e-11,
    2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
    3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15,
)  # fmt: skip


def _tail(x: Float64) -> Float64:
    """erfc of x from 0 up."""
    x = np.where(x > 30.0, 30.0, x)
    t = (x - CENTRE) / (x + CENTRE)
    twice = 2.0 * t
    last = np.zeros_like(x)
    before = np.zeros_like(x)
    for coefficient in CHEBYSHEV[:0:-1]:
        last, before = twice * last - before + coefficient, last
    series = t * last - before + CHEBYSHEV[0]
    found: Float64 = exp(-(x * x)) / (1.0 + 2.0 * x) * series
    return found


def _near(x: Float64) -> Float64:
    return TWO_OVER_SQRT_PI * x * polynomial(x * x, _SERIES)


def erf(x: Float64) -> Float64:
    a = np.abs(x)
    far = 1.0 - _tail(a)
    return np.where(a <= 0.5, _near(np.where(a <= 0.5, x, 0.0)), np.where(x < 0, -far, far))


def erfc(x: Float64) -> Float64:
    a = np.abs(x)
    near = 1.0 - _near(np.where(a <= 0.5, x, 0.0))
    tail = _tail(a)
    return np.where(a <= 0.5, near, np.where(x < 0, 2.0 - tail, tail))
