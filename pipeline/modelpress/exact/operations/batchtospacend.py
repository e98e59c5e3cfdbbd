"""Joins interleaved pictures of the batch and crops their margin."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, block, crops = inputs
    sizes = [int(size) for size in block]
    count = len(sizes)
    rest = list(x.shape[1 + count :])
    split = x.reshape(*sizes, -1, *x.shape[1:])
    order = [count]
    for i in range(count):
        order += [count + 1 + i, i]
    order += range(2 * count + 1, split.ndim)
    lengths = [length * size for length, size in zip(x.shape[1:], sizes, strict=False)]
    whole = split.transpose(order).reshape(-1, *lengths, *rest)
    cuts = [
        slice(int(first), length - int(last))
        for (first, last), length in zip(crops, lengths, strict=True)
    ]
    places = (slice(None), *cuts)
    found: Array = whole[places]
    return found
