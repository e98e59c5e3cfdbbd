"""A convolution of pictures (batch, rows, columns, channels)."""

from __future__ import annotations

import numpy as np

from modelpress.exact.convolution import convolved
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return convolved(node, inputs[0], inputs[1]).astype(np.float32)
