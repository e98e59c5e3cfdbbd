"""The tensor at an index of a list."""

from __future__ import annotations

from typing import Any

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Any]) -> Array:
    found: Array = inputs[0][int(inputs[1])]
    return found
