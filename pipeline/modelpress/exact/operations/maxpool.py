"""Maximum pooling: the largest value of each window."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import maximum
from modelpress.exact.graph import Array, Node
from modelpress.exact.windows import axes, terms


def run(node: Node, inputs: list[Array]) -> Array:
    x = inputs[0]
    size = node.integers("ksize")
    rows, columns = axes(node, x.shape, (size[1], size[2]))
    best = np.full((len(x), rows.count, columns.count, x.shape[3]), -np.inf, x.dtype)
    for _, _, place, seen in terms(x, rows, columns):
        best[place] = maximum(best[place], seen)
    return best
