"""Adds an axis of length 1."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return np.expand_dims(inputs[0], int(inputs[1].reshape(-1)[0]))
