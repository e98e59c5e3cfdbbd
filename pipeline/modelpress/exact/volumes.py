"""Windows over the depth, rows and columns of volumes (batch, depth, rows, columns, channels)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from modelpress.core.errors import ModelpressError
from modelpress.exact.graph import Array, Node
from modelpress.exact.windows import Axis


def axes(node: Node, shape: tuple[int, ...], sizes: tuple[int, ...]) -> list[Axis]:
    """The windows of a convolution or pooling over an input of `shape`."""
    if node.text("data_format", "NDHWC") != "NDHWC":
        raise ModelpressError(
            "The exact engine needs channels last.", where=f"operation `{node.name}`"
        )
    strides = node.integers("strides")
    dilations = node.integers("dilations") or [1] * 5
    padding = node.text("padding")
    return [Axis.of(shape[i], sizes[i - 1], strides[i], dilations[i], padding) for i in (1, 2, 3)]


def terms(
    x: Array, along: list[Axis]
) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...], Array]]:
    """For each place of the window, by depth, row and column: the place, the results that it
    belongs to, and the elements of x that are there."""
    for at in product(*(range(axis.size) for axis in along)):
        seen = [axis.seen(place) for axis, place in zip(along, at, strict=True)]
        if all(out.start < out.stop for out, _ in seen):
            results = (slice(None), *(out for out, _ in seen))
            given = (slice(None), *(place for _, place in seen))
            yield at, results, x[given]


def patches(x: Array, along: list[Axis]) -> Array:
    """The elements of each window, by depth, row, column and channel; 0 for padding."""
    counts, sizes = [axis.count for axis in along], [axis.size for axis in along]
    found = np.zeros((len(x), *counts, *sizes, x.shape[4]), x.dtype)
    for at, place, part in terms(x, along):
        found[place + at] = part
    return found.reshape(len(x) * int(np.prod(counts)), -1)
