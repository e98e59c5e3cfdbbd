"""alpha · x where x < 0, else x; alpha is the second input."""

from __future__ import annotations

from modelpress.exact.activation import leaky
from modelpress.exact.elementwise import binary
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return binary(leaky)(node, inputs)
