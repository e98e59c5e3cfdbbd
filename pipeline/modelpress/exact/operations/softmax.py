"""e**(x - m) / Σ e**(x - m) along the last axis, m the largest x; rounded once."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementary.exponential import exp
from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import total
from modelpress.exact.shifted import shifted


def run(node: Node, inputs: list[Array]) -> Array:
    powers = exp(shifted(inputs[0]))
    shares: Array = powers / total(np.moveaxis(powers, -1, 0))[..., None]
    return shares.astype(np.float32)
