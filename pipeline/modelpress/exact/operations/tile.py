"""Repeats a tensor along each axis."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return np.tile(inputs[0], [int(times) for times in inputs[1]])
