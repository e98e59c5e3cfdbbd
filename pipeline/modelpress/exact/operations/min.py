"""The minimum over axes."""

from __future__ import annotations

from modelpress.exact.elementwise import minimum
from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import ordered, reduced


def run(node: Node, inputs: list[Array]) -> Array:
    return reduced(node, inputs, lambda rows: ordered(rows, minimum))
