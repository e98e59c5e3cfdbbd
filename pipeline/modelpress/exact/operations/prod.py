"""The product over axes, in row order."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import product, reduced


def run(node: Node, inputs: list[Array]) -> Array:
    return reduced(node, inputs, product)
