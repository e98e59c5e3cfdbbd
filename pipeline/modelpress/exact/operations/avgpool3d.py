"""Average pooling of volumes: the mean of each window without its padding."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.volumes import axes, terms


def run(node: Node, inputs: list[Array]) -> Array:
    x = inputs[0]
    along = axes(node, x.shape, tuple(node.integers("ksize")[1:4]))
    total = np.zeros((len(x), *(axis.count for axis in along), x.shape[4]))
    count = np.zeros_like(total)
    for _, place, seen in terms(x.astype(np.float64), along):
        total[place] += seen
        count[place] += 1.0
    return (total / count).astype(np.float32)
