"""One-hot vectors: one value at the index, another elsewhere."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    places, depth, on, off = inputs
    axis = node.integer("axis", -1)
    found = places[..., None] == np.arange(int(depth))
    return np.moveaxis(np.where(found, on, off), -1, axis)
