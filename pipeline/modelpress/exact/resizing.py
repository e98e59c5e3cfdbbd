"""The positions of a resized picture's pixels in the original."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node


def positions(node: Node, length: int, count: int) -> Array:
    """The position of each of `count` pixels along an axis, in float64."""
    corners = node.flag("align_corners") and count > 1
    scale = (length - 1) / (count - 1) if corners else length / count
    at = np.arange(count, dtype=np.float64)
    if node.flag("half_pixel_centers"):
        return (at + 0.5) * scale - 0.5
    return at * scale
