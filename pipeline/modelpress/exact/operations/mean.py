"""The sum over axes, in row order, divided by their length."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import reduced, total


def run(node: Node, inputs: list[Array]) -> Array:
    return reduced(node, inputs, lambda rows: total(rows) / len(rows))
