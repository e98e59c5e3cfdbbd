"""Resizes pictures by bilinear interpolation; rounded once."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.resizing import positions


def run(node: Node, inputs: list[Array]) -> Array:
    x = inputs[0].astype(np.float64)
    rows = positions(node, x.shape[1], int(inputs[1][0]))
    columns = positions(node, x.shape[2], int(inputs[1][1]))
    (top, bottom, down), (left, right, along) = _near(rows, x.shape[1]), _near(columns, x.shape[2])
    across = along[:, None]
    upper = x[:, top][:, :, left] + (x[:, top][:, :, right] - x[:, top][:, :, left]) * across
    lower = (
        x[:, bottom][:, :, left] + (x[:, bottom][:, :, right] - x[:, bottom][:, :, left]) * across
    )
    between: Array = upper + (lower - upper) * down[:, None, None]
    return between.astype(np.float32)


def _near(at: Array, length: int) -> tuple[Array, Array, Array]:
    """The pixels before and after each position, and its distance from the first."""
    before = np.floor(at)
    first = np.maximum(before, 0).astype(np.int64)
    second = np.minimum(np.ceil(at), length - 1).astype(np.int64)
    return first, np.maximum(second, 0), at - before
