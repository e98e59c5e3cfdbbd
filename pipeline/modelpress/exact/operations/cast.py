"""Converts to another type; to int32 it truncates."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node

LIMIT = 2147483648.0  # values beyond the range of int32 become 0


def run(node: Node, inputs: list[Array]) -> Array:
    target = np.dtype(node.dtype("DstT"))
    x = inputs[0]
    if target == np.int32 and x.dtype.kind == "f":
        known = np.where((x > -LIMIT) & (x < LIMIT), x, 0)
        return np.trunc(known.astype(np.float64)).astype(np.int32)
    return x.astype(target)
