"""A slice along each axis."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, begin, size = inputs
    return x[
        tuple(
            slice(int(b), x.shape[axis] if s == -1 else int(b + s))
            for axis, (b, s) in enumerate(zip(begin, size, strict=True))
        )
    ]
