"""x between a lower and an upper limit."""

from __future__ import annotations

from modelpress.exact.elementwise import maximum, minimum
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, low, high = inputs
    return minimum(maximum(x, low), high).astype(x.dtype)
