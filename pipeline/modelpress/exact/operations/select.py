"""The second input where the first is true, else the third."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    condition, yes, no = inputs
    if node.op == "Select" and condition.ndim == 1 < yes.ndim:
        condition = condition.reshape(-1, *(1,) * (yes.ndim - 1))
    return np.where(condition, yes, no)
