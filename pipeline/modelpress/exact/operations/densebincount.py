"""How often each whole number below `size` occurs in each row, or whether it does."""

from __future__ import annotations

import numpy as np

from modelpress.core.errors import ModelpressError
from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, size, weights = inputs
    if weights.size:
        raise ModelpressError(
            "The exact engine counts without weights.", where=f"operation `{node.name}`"
        )
    rows = np.atleast_2d(x)
    found = np.zeros((len(rows), int(size)), weights.dtype)
    for row, numbers in enumerate(rows):
        for number in numbers[(numbers >= 0) & (numbers < int(size))]:
            found[row, number] = 1 if node.flag("binary_output") else found[row, number] + 1
    return found if x.ndim == 2 else found[0]
