"""Replaces the tensor at an index of a list."""

from __future__ import annotations

from typing import Any

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Any]) -> list[list[Array]]:
    changed = list(inputs[0])
    changed[int(inputs[1])] = inputs[2]
    return [changed]
