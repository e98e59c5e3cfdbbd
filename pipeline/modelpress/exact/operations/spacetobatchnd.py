"""Splits pictures into interleaved ones along the batch."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, block, paddings = inputs
    sizes = [int(size) for size in block]
    widths = [(0, 0), *(tuple(map(int, each)) for each in paddings)]
    x = np.pad(x, widths + [(0, 0)] * (x.ndim - len(widths)))
    rest = list(x.shape[1 + len(sizes) :])
    shape = [len(x)]
    for length, size in zip(x.shape[1:], sizes, strict=False):
        shape += [length // size, size]
    places = range(len(sizes))
    order = [2 * i + 2 for i in places] + [0] + [2 * i + 1 for i in places]
    order += range(len(shape), len(shape) + len(rest))
    moved = x.reshape(shape + rest).transpose(order)
    lengths = [length // size for length, size in zip(x.shape[1:], sizes, strict=False)]
    return moved.reshape(-1, *lengths, *rest)
