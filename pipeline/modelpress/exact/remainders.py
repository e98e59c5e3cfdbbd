"""Remainders of divisions."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array


def remainder(a: Array, b: Array) -> Array:
    """a without whole multiples of b, with the sign of a: exact in float64."""
    return np.fmod(a.astype(np.float64), b.astype(np.float64))
