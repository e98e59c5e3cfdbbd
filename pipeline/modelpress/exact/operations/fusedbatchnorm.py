"""(x - mean) · scale / √(variance + epsilon) + offset, in the channels' given moments:
x · factor + (offset - mean · factor), rounded once."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, scale, offset, mean, variance = (each.astype(np.float64) for each in inputs)
    factor = scale / np.sqrt(variance + node.number("epsilon", 1e-4))
    normal: Array = x * factor + (offset - mean * factor)
    return normal.astype(np.float32)
