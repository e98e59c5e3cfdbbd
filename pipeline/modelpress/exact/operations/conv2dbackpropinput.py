"""A transposed convolution of pictures: each element spreads its kernel over the result."""

from __future__ import annotations

import numpy as np

from modelpress.exact.convolution import convolved_back
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    shape = tuple(int(length) for length in inputs[0])
    return convolved_back(node, shape, inputs[2], inputs[1]).astype(np.float32)
