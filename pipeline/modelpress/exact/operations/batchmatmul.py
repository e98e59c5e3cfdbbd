"""The products of matrices on the last two axes; the axes before are broadcast."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node
from modelpress.exact.matrices import turned
from modelpress.exact.sums import product


def run(node: Node, inputs: list[Array]) -> Array:
    a = turned(inputs[0], node.flag("adj_x"))
    b = turned(inputs[1], node.flag("adj_y"))
    return product(a, b).astype(inputs[0].dtype)
