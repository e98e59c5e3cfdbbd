"""Pads each axis with mirrored elements."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    mode = "reflect" if node.text("mode") == "REFLECT" else "symmetric"
    return np.pad(inputs[0], [tuple(map(int, each)) for each in inputs[1]], mode=mode)  # type: ignore[call-overload, no-any-return]
