"""Unstacks a tensor along an axis, which it removes."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> list[Array]:
    axis = node.integer("axis")
    x = inputs[0]
    return [np.take(x, i, axis) for i in range(x.shape[axis])]
