"""A list of the tensors along the first axis."""

from __future__ import annotations

from typing import Any

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Any]) -> list[list[Array]]:
    return [list(inputs[0])]
