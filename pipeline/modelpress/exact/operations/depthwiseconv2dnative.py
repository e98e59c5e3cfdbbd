"""A depthwise convolution of pictures."""

from __future__ import annotations

import numpy as np

from modelpress.exact.convolution import convolved_by_depth
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return convolved_by_depth(node, inputs[0], inputs[1]).astype(np.float32)
