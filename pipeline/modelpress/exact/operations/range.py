"""The numbers from a start to an end, exclusive, by a step: whole ones, or multiples of the step in
float64, rounded once."""

from __future__ import annotations

import math

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    whole = all(np.asarray(each).dtype.kind == "i" for each in inputs)
    start, end, step = (int(each) if whole else float(each) for each in inputs)
    count = max(0, math.ceil((end - start) / step))
    numbers = start + np.arange(count) * step
    return numbers.astype(np.int32 if whole else np.float32)
