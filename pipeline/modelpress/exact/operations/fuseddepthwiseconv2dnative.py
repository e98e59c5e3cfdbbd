"""A depthwise convolution of pictures, its bias and its activation, rounded
once."""

from __future__ import annotations

from modelpress.exact.activation import activated, fused_bias
from modelpress.exact.convolution import convolved_by_depth
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    total = convolved_by_depth(node, inputs[0], inputs[1], fused_bias(node, inputs))
    return activated(node, inputs, total)
