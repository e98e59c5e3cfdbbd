"""Pads each axis with a constant."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    value = inputs[2] if len(inputs) > 2 else 0
    return np.pad(inputs[0], [tuple(map(int, each)) for each in inputs[1]], constant_values=value)
