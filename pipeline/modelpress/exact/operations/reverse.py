"""Reverses the order along axes."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return np.flip(inputs[0], [int(axis) for axis in inputs[1]])
