"""Running products along an axis, each rounded once."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import running


def run(node: Node, inputs: list[Array]) -> Array:
    return running(node, inputs, np.multiply, 1)
