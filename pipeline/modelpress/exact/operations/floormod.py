"""The remainder of a / b, with the sign of b."""

from __future__ import annotations

import numpy as np

from modelpress.exact.graph import Array, Node
from modelpress.exact.remainders import remainder


def run(node: Node, inputs: list[Array]) -> Array:
    a, b = inputs
    if a.dtype.kind != "f":
        return np.mod(a.astype(np.int64), np.where(b == 0, 1, b)).astype(a.dtype)
    rest = remainder(a, b)
    return np.where((rest != 0) & ((rest < 0) != (b < 0)), rest + b, rest).astype(np.float32)
