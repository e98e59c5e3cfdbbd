"""The index of the smallest value along an axis; of equal values the first."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import place


def run(node: Node, inputs: list[Array]) -> Array:
    return place(inputs, lambda new, best: new < best)
