"""Removes axes of length 1."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    axes = node.integers("squeeze_dims") or node.integers("axis")
    return np.squeeze(inputs[0], tuple(axes) if axes else None)
