"""exp and the functions derived from it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from modelpress.exact.elementary.logarithm import log1p

Float64 = npt.NDArray[np.float64]

LN2_HI, LN2_LO = 0.6931471803691238, 1.9082149292705877e-10  # ln 2; the first has 32 bits
INV_LN2 = 1.4426950408889634
_EXP = tuple(1.0 / math.factorial(n) for n in range(13, -1, -1))
_EXPM1 = tuple(1.0 / math.factorial(n) for n in range(14, 0, -1))
_SMALL = 0.35  # up to here, e**x - 1 is summed without the 1
_LARGE = 700.0  # its exponential is beyond float32 and within float64


def polynomial(x: Float64, coefficients: tuple[float, ...]) -> Float64:
    """Horner's rule; the coefficient of the highest power first."""
    result = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result = result * x + coefficient
    return result


def scaled(x: Float64, power: Float64) -> Float64:
    """x · 2**power, in two factors, so that each is a normal number."""
    half = np.floor(power * 0.5)
    first: Float64 = x * np.ldexp(1.0, half.astype(np.int64))
    found: Float64 = first * np.ldexp(1.0, (power - half).astype(np.int64))
    return found


def exp(x: Float64) -> Float64:
    """e**x: 2**k · e**r with |r| at most half of ln 2, and 14 terms of the series of e**r."""
    within = np.where(x > 710.0, 710.0, np.where(x < -746.0, -746.0, np.where(x == x, x, 0.0)))
    k = np.floor(within * INV_LN2 + 0.5)
    r = (within - k * LN2_HI) - k * LN2_LO
    return np.where(x == x, scaled(polynomial(r, _EXP), k), x)


def expm1(x: Float64) -> Float64:
    """e**x - 1, without cancellation where x is small."""
    small = np.where(np.abs(x) <= _SMALL, x, 0.0)
    return np.where(np.abs(x) <= _SMALL, small * polynomial(small, _EXPM1), exp(x) - 1.0)


def sigmoid(x: Float64) -> Float64:
    return 1.0 / (1.0 + exp(-x))


def softplus(x: Float64) -> Float64:
    """log(1 + e**x)"""
    return np.where(x > 0, x, 0.0) + log1p(exp(-np.abs(x)))


def tanh(x: Float64) -> Float64:
    e = expm1(-2.0 * np.abs(x))
    t = -e / (2.0 + e)
    return np.where(x < 0, -t, np.where(x == 0, x, t))


def sinh(x: Float64) -> Float64:
    e = expm1(_at_most(np.abs(x)))
    s = (e + e / (1.0 + e)) * 0.5
    return np.where(x < 0, -s, np.where(x == 0, x, s))


def cosh(x: Float64) -> Float64:
    e = exp(_at_most(np.abs(x)))
    return (e + 1.0 / e) * 0.5


def _at_most(x: Float64) -> Float64:
    return np.where(x > _LARGE, _LARGE, x)
