"""The axes of a curve by step; `site_assets/src/figures/charts/axes.ts` is the twin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from modelpress.kinds.plot_html import around, ticks

LOG_FROM = 100  # ratio of largest to smallest loss from which the axis is logarithmic
_MARGIN = 1.3  # of a logarithmic axis, to both sides
_TICKS = 5  # at most so many values at the axis of losses


@dataclass(frozen=True)
class Axes:
    """Steps 1 to `steps`, losses `low` to `high`."""

    steps: int
    low: float
    high: float
    log: bool

    def across(self, step: int) -> float:
        """Share of the width from the left."""
        return (step - 1) / max(1, self.steps - 1)

    def up(self, loss: float) -> float:
        """Share of the height from the bottom, held inside."""
        low, high = self.low, self.high
        if self.log:
            low, high, loss = math.log10(low), math.log10(high), math.log10(max(loss, low))
        return min(max((loss - low) / (high - low), 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Round losses; powers of ten on a logarithmic axis."""
        if not self.log:
            return ticks(self.low, self.high, most=_TICKS)
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        every = -(-(last - first + 1) // _TICKS)
        return [float(f"1e{power}") for power in range(first, last + 1, every)]


def axes_for(steps: int, losses: Sequence[float]) -> Axes:
    """Axes that hold these losses: logarithmic where they span more than two decades. A loss of
    zero then lies on the lower edge."""
    above = [loss for loss in losses if 0 < loss < math.inf]
    if above and max(above) / min(above) > LOG_FROM:
        return Axes(steps, min(above) / _MARGIN, max(above) * _MARGIN, True)
    return Axes(steps, *around(losses), False)
