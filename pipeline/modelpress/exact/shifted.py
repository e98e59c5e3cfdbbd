"""Values minus the largest of their row, so that no exponential overflows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelpress.exact.elementwise import maximum
from modelpress.exact.graph import Array
from modelpress.exact.reductions import ordered


def shifted(x: Array) -> npt.NDArray[np.float64]:
    """x - m in float64, m the largest along the last axis."""
    wide = x.astype(np.float64)
    found: npt.NDArray[np.float64] = wide - ordered(np.moveaxis(wide, -1, 0), maximum)[..., None]
    return found
