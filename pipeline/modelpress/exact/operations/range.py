"""The numbers from a start to an end, exclusive, by a step."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    start, end, step = (int(each) for each in inputs)
    return np.arange(start, end, step, dtype=np.int32)
