"""The k largest values of each row and their indices; of equal values the first one first."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> list[Array]:
    x, count = inputs[0], int(inputs[1])
    order = np.argsort(-x, axis=-1, kind="stable")[..., :count].astype(np.int32)
    return [np.take_along_axis(x, order, -1), order]
