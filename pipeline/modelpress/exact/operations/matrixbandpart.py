"""A band of each matrix along its diagonal, 0 elsewhere."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, lower, upper = inputs
    down = np.arange(x.shape[-2])[:, None] - np.arange(x.shape[-1])
    kept = ((lower < 0) | (down <= lower)) & ((upper < 0) | (-down <= upper))
    return np.where(kept, x, np.zeros((), x.dtype))
