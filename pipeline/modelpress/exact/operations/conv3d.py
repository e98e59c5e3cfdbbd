"""A convolution of volumes (batch, depth, rows, columns, channels)."""

from __future__ import annotations

import numpy as np

from modelpress.core.errors import ModelpressError
from modelpress.exact.convolution import in_blocks
from modelpress.exact.graph import Array, Node
from modelpress.exact.sums import product
from modelpress.exact.volumes import axes, patches


def run(node: Node, inputs: list[Array]) -> Array:
    """0 + the kernel's terms by depth, row, column and channel. kernel: (depth, rows, columns,
    channels, results)."""
    x, kernel = inputs
    if not np.isfinite(kernel).all():
        raise ModelpressError(
            "The exact engine needs finite kernels.", where=f"operation `{node.name}`"
        )
    along = axes(node, x.shape, kernel.shape[:3])
    shape = (*(axis.count for axis in along), kernel.shape[4])
    flat = kernel.reshape(-1, kernel.shape[4])
    made = in_blocks(
        x,
        int(np.prod(shape)),
        lambda part: product(patches(part, along), flat).reshape(len(part), *shape),
    )
    return made.astype(np.float32)
