"""a / b."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    a, b = inputs
    if a.dtype.kind != "f":
        whole: Array = a.astype(np.int64) // np.where(b == 0, 1, b)
        return whole.astype(a.dtype)
    ratio: Array = a.astype(np.float64) / b
    return ratio.astype(np.float32)
