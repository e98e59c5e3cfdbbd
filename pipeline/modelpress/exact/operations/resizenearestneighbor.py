"""Resizes pictures by nearest-neighbour interpolation."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.resizing import positions


def run(node: Node, inputs: list[Array]) -> Array:
    x = inputs[0]
    places = []
    for axis in (0, 1):
        at = positions(node, x.shape[axis + 1], int(inputs[1][axis]))
        if node.flag("half_pixel_centers"):
            at = at + 0.5
        near = np.floor(at + 0.5) if node.flag("align_corners") else np.floor(at)
        places.append(np.minimum(np.maximum(near, 0), x.shape[axis + 1] - 1).astype(np.int64))
    return x[:, places[0]][:, :, places[1]]
