"""Whether all are true, over axes."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import reduced


def run(node: Node, inputs: list[Array]) -> Array:
    return reduced(node, inputs, lambda rows: rows.all(0))
