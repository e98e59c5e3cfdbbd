"""Permutes the axes."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    return inputs[0].transpose([int(axis) for axis in inputs[1]])
