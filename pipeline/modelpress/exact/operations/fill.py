"""A shape filled with one value."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return np.full([int(length) for length in inputs[0]], inputs[1])
