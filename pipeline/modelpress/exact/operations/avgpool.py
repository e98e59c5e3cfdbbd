"""Average pooling: the mean of each window without its padding."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.windows import axes, terms


def run(node: Node, inputs: list[Array]) -> Array:
    x = inputs[0]
    size = node.integers("ksize")
    rows, columns = axes(node, x.shape, (size[1], size[2]))
    total = np.zeros((len(x), rows.count, columns.count, x.shape[3]))
    count = np.zeros_like(total)
    for _, _, place, seen in terms(x.astype(np.float64), rows, columns):
        total[place] += seen
        count[place] += 1.0
    return (total / count).astype(np.float32)
