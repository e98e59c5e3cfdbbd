"""The mean course of a noisy curve. Ported to `site_assets/src/figures/charts/smoothing.ts`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

FEWEST = 40  # values from which a curve is smoothed
_WINDOWS = 40  # windows side by side in a curve


def smoothed(values: Sequence[float]) -> list[float]:
    """Returns the centred moving mean of a noisy curve; [] for a smooth, short or endless one.

    Towards the ends the window shrinks, so that the first and last value stay.
    """
    count = len(values)
    if count < FEWEST or not all(map(math.isfinite, values)) or not _noisy(values):
        return []
    reach = max(2, count // (2 * _WINDOWS))
    sums = [0.0, *itertools.accumulate(values)]
    means = []
    for i in range(count):
        half = min(reach, i, count - 1 - i)
        means.append((sums[i + half + 1] - sums[i - half]) / (2 * half + 1))
    return means


def _noisy(values: Sequence[float]) -> bool:
    """Returns whether a curve changes its direction at more than a quarter of its steps."""
    steps = [b - a for a, b in itertools.pairwise(values)]
    turns = sum(a * b < 0 for a, b in itertools.pairwise(steps))
    return turns > len(values) / 4
