"""Convolutions of pictures (batch, rows, columns, channels), in float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.exact.graph import Array, Node
from modelpress.exact.sums import product, started
from modelpress.exact.windows import Axis, axes, terms

Float64 = npt.NDArray[np.float64]

_BLOCK = 1 << 17  # results summed at once


def in_blocks(x: Array, each: int, convolve: Callable[[Array], Float64]) -> Float64:
    """The results for all inputs, computed in blocks. each: results of one input."""
    count = max(1, _BLOCK // max(1, each))
    if len(x) <= count:
        return convolve(x)
    return np.concatenate([convolve(x[i : i + count]) for i in range(0, len(x), count)])


def convolved(node: Node, x: Array, kernel: Array, bias: Array | None = None) -> Float64:
    """0 + bias + the kernel's terms by row, column and channel. kernel: (rows, columns, channels,
    results)."""
    rows, columns = axes(node, x.shape, kernel.shape[:2])
    if not np.isfinite(kernel).all():
        raise ModelpressError(
            "The exact engine needs finite kernels.", where=f"operation `{node.name}`"
        )
    flat = kernel.reshape(-1, kernel.shape[3])
    shape = (rows.count, columns.count, kernel.shape[3])

    def block(part: Array) -> Float64:
        # A term of padding is 0: it changes no bit of a sum that starts at +0.
        return product(patches(part, rows, columns), flat, bias).reshape(len(part), *shape)

    if bias is not None:
        bias = bias.reshape(-1, kernel.shape[3])
        if len(bias) > 1:  # one for each result
            return block(x)
    return in_blocks(x, int(np.prod(shape)), block)


def patches(x: Array, rows: Axis, columns: Axis) -> Array:
    """The elements of each window, by row, column and channel; 0 for padding."""
    channels = x.shape[3]
    seen = np.zeros((len(x), rows.count, columns.count, rows.size, columns.size, channels), x.dtype)
    for i, j, place, part in terms(x, rows, columns):
        seen[:, place[1], place[2], i, j] = part
    return seen.reshape(len(x) * rows.count * columns.count, -1)


def convolved_by_depth(node: Node, x: Array, kernel: Array, bias: Array | None = None) -> Float64:
    """A depthwise convolution in the same order.

    kernel: (rows, columns, channels, results of each).
    """
    rows, columns = axes(node, x.shape, kernel.shape[:2])
    wide = kernel.astype(np.float64)
    depth = kernel.shape[2] * kernel.shape[3]

    def block(part: Array) -> Float64:
        total = started((len(part), rows.count, columns.count, depth), bias)
        by_channel = total.reshape(*total.shape[:3], *kernel.shape[2:])
        for i, j, place, seen in terms(part.astype(np.float64), rows, columns):
            by_channel[place] += seen[..., None] * wide[i, j]
        return total

    return in_blocks(x, rows.count * columns.count * depth, block)


def convolved_back(node: Node, shape: tuple[int, ...], y: Array, kernel: Array) -> Float64:
    """A transposed convolution, of `shape`: 0 + the kernel's terms by row, column and channel of y.
    kernel: (rows, columns, results, channels)."""
    rows, columns = axes(node, shape, kernel.shape[:2])
    wide = kernel.astype(np.float64)

    def block(part: Array) -> Float64:
        total = np.zeros((len(part), *shape[1:]))
        given = part.astype(np.float64)
        for i, j, place, seen in terms(total, rows, columns):
            for channel in range(kernel.shape[3]):
                seen += given[:, place[1], place[2], channel, None] * wide[i, j, :, channel]
        return total

    return in_blocks(y, int(np.prod(shape[1:])), block)
