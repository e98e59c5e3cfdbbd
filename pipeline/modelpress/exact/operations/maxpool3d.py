"""Maximum pooling of volumes: the largest value of each window."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementwise import maximum
from modelpress.exact.graph import Array, Node
from modelpress.exact.volumes import axes, terms


def run(node: Node, inputs: list[Array]) -> Array:
    x = inputs[0]
    along = axes(node, x.shape, tuple(node.integers("ksize")[1:4]))
    best = np.full((len(x), *(axis.count for axis in along), x.shape[4]), -np.inf, x.dtype)
    for _, place, seen in terms(x, along):
        best[place] = maximum(best[place], seen)
    return best
