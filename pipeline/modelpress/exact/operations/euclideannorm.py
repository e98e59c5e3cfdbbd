"""√ of the sum of squares over axes."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import reduced, total


def run(node: Node, inputs: list[Array]) -> Array:
    return reduced(node, inputs, lambda rows: np.sqrt(total(rows * rows)))
