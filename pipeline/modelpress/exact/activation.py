"""Activations that operations fuse with their own sum."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.operation import operation

BIAS = "BiasAdd"


def leaky(x: Array, slope: Array | float) -> Array:
    """slope · x where x < 0, else x."""
    return np.where(x < 0, x * slope, x)


def fused_bias(node: Node, inputs: list[Array]) -> Array | None:
    """The bias of a fused operation, its third input, or None."""
    return inputs[2] if BIAS in node.texts("fused_ops") else None


def fused_activations(node: Node) -> list[str]:
    """The operations whose `value` a fused operation applies to its sums."""
    return [op for op in node.texts("fused_ops") if op not in (BIAS, "LeakyRelu", "Prelu")]


def applied(node: Node, inputs: list[Array], total: Array) -> Array:
    """The activation that the node fuses, applied to its float64 sums."""
    for name in node.texts("fused_ops"):
        if name == "LeakyRelu":
            total = leaky(total, node.number("leakyrelu_alpha", 0.2))
        elif name == "Prelu":
            total = leaky(total, inputs[3].astype(np.float64))
        elif name != BIAS:
            total = operation(name).value(total)
    return total


def activated(node: Node, inputs: list[Array], total: Array) -> Array:
    """The same, rounded once."""
    return applied(node, inputs, total).astype(np.float32)
