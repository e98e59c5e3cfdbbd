"""The slices of the first input along an axis, at the indices of the second."""

from __future__ import annotations

import numpy as np

from modelpress.core.errors import ModelpressError
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, places = inputs[:2]
    axis = int(inputs[2]) if len(inputs) > 2 else 0
    batch = node.integer("batch_dims")
    if batch:
        raise ModelpressError(
            "The exact engine gathers without batch dimensions.", where=f"operation `{node.name}`"
        )
    last = x.shape[axis] - 1
    return np.take(x, np.minimum(np.maximum(places, 0), last), axis)
