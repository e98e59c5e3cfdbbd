"""Splits a tensor into equal parts along an axis."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> list[Array]:
    axis, x = inputs
    return list(np.split(x, node.integer("num_split"), int(axis)))
