"""Broadcasts to a shape."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return np.broadcast_to(inputs[0], [int(length) for length in inputs[1]])
