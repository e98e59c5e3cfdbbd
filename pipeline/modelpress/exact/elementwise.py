"""Operations of elements: computed in float64 and rounded once, or in integers that wrap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from modelpress.exact.graph import Array, Node

Run = Callable[[Node, list[Array]], Array]


def wide(x: Array) -> Array:
    """The values to compute with: float64 for float32, int64 for int32 and bool."""
    return x.astype(np.float64 if x.dtype.kind == "f" else np.int64)


def narrow(x: Array, dtype: Any) -> Array:
    """Rounded to float32 once, or wrapped to int32."""
    return x.astype(dtype)


def unary(value: Callable[[Array], Array]) -> Run:
    """The operation that applies `value` to each element."""
    return lambda node, inputs: narrow(value(wide(inputs[0])), inputs[0].dtype)


def binary(value: Callable[[Array, Array], Array]) -> Run:
    """The operation that applies `value` to pairs of elements, broadcast as NumPy does."""
    return lambda node, inputs: narrow(value(wide(inputs[0]), wide(inputs[1])), inputs[0].dtype)


def comparison(value: Callable[[Array, Array], Array]) -> Run:
    """The operation whose `value` of pairs of elements is a bool."""
    return lambda node, inputs: np.asarray(value(inputs[0], inputs[1]), np.bool_)


def maximum(a: Array, b: Array) -> Array:
    """a where a >= b, b where a < b; NaN where either is NaN."""
    other = b if b.dtype.kind != "f" else np.where(a < b, b, np.nan)
    return np.where(a >= b, a, other)


def minimum(a: Array, b: Array) -> Array:
    """a where a <= b, b where a > b; NaN where either is NaN."""
    other = b if b.dtype.kind != "f" else np.where(a > b, b, np.nan)
    return np.where(a <= b, a, other)
