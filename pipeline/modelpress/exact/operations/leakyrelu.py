"""alpha · x where x < 0, else x."""

from __future__ import annotations

from modelpress.exact.activation import leaky
from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return unary(lambda x: leaky(x, node.number("alpha", 0.2)))(node, inputs)
