"""x - m - log Σ e**(x - m) along the last axis, m the largest x; rounded once."""

from __future__ import annotations

import numpy as np

from modelpress.exact.elementary.exponential import exp
from modelpress.exact.elementary.logarithm import log
from modelpress.exact.graph import Array, Node
from modelpress.exact.reductions import total
from modelpress.exact.shifted import shifted


def run(node: Node, inputs: list[Array]) -> Array:
    x = shifted(inputs[0])
    return (x - log(total(np.moveaxis(exp(x), -1, 0)))[..., None]).astype(np.float32)
