"""Sums in float64 in a fixed order: term by term, for many results at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelpress.exact.graph import Array

Float64 = npt.NDArray[np.float64]

_BLOCK = 1 << 15  # results summed at once: they fit into a processor's second cache


def product(a: Array, b: Array, bias: Array | None = None) -> Float64:
    """The matrix product of a (…, m, k) and b (…, k, n), plus bias (n), in float64.

    Each element is 0 + bias + a[0]·b[0] + a[1]·b[1] + …, in this order.
    """
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"a product of {a.shape} and {b.shape}")
    a, b = a.astype(np.float64), b.astype(np.float64)
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    m, k, n = a.shape[-2], a.shape[-1], b.shape[-1]
    if not lead and m > (rows := max(1, _BLOCK // max(1, n))):
        return np.concatenate([product(a[i : i + rows], b, bias) for i in range(0, m, rows)])
    total = started((*lead, m, n), bias)
    term = np.empty_like(total)
    columns = np.ascontiguousarray(np.moveaxis(a, -1, 0))
    for i in range(k):
        np.multiply(columns[i][..., None], b[..., None, i, :], out=term)
        total += term
    return total


def started(shape: tuple[int, ...], bias: Array | None) -> Float64:
    """The start of a sum of results of this shape: +0, plus the bias of the last axis."""
    total = np.zeros(shape)
    if bias is not None:
        total += bias.astype(np.float64)
    return total


def summed(x: Array, axes: tuple[int, ...]) -> Float64:
    """The sum over `axes`, in row order, in float64, without those axes."""
    total = np.zeros([length for axis, length in enumerate(x.shape) if axis not in axes])
    for row in rows(x, axes):
        total += row
    return total


def rows(x: Array, axes: tuple[int, ...]) -> Array:
    """x with `axes` as one axis in front, in row order."""
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    moved = x.transpose(*sorted(axes), *kept)
    count = int(np.prod([x.shape[axis] for axis in axes], dtype=np.int64))
    return moved.reshape(count, *(x.shape[axis] for axis in kept))


def axes_of(axes: Array, rank: int) -> tuple[int, ...]:
    """The axes that an operation reduces, each from 0."""
    return tuple(sorted({int(axis) % rank for axis in axes.ravel()})) if rank else ()
