"""The axes of a curve by step. Ported to `site_assets/src/figures/charts/axes.ts`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from modelpress.kinds.plot_html import around, ticks

LOG_FROM = 100  # ratio of largest to smallest loss from which the axis is logarithmic
_MARGIN = 1.3  # factor beyond both ends of a logarithmic axis
_TICKS = 5  # most ticks on the axis of losses


@dataclass(frozen=True)
class Axes:
    """Axes with steps from 1 to `steps`, and losses from `low` to `high`."""

    steps: int
    low: float
    high: float
    log: bool

    def across(self, step: int) -> float:
        """Returns the position from the left as a fraction of the width."""
        return (step - 1) / max(1, self.steps - 1)

    def up(self, loss: float) -> float:
        """Returns the position from the bottom as a fraction of the height, clipped to [0, 1]."""
        low, high = self.low, self.high
        if self.log:
            low, high, loss = math.log10(low), math.log10(high), math.log10(max(loss, low))
        return min(max((loss - low) / (high - low), 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Returns round losses; powers of ten on a logarithmic axis."""
        if not self.log:
            return ticks(self.low, self.high, most=_TICKS)
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        every = -(-(last - first + 1) // _TICKS)
        return [float(f"1e{power}") for power in range(first, last + 1, every)]


def axes_for(steps: int, losses: Sequence[float]) -> Axes:
    """Returns axes that contain these losses: logarithmic if they span more than two decades.

    On a logarithmic axis, a loss of zero is at the lower edge.
    """
    above = [loss for loss in losses if 0 < loss < math.inf]
    if above and max(above) / min(above) > LOG_FROM:
        return Axes(steps, min(above) / _MARGIN, max(above) * _MARGIN, True)
    return Axes(steps, *around(losses), False)
