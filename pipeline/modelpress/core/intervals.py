"""Confidence intervals."""

from __future__ import annotations

import math

Z = 1.959963984540054  # 95% of a normal distribution lie within ±Z standard deviations


def wilson(right: float, count: int) -> tuple[float, float]:
    """Returns the 95% Wilson score interval of a proportion: `right` of `count` examples.

    Raises ValueError unless 0 ≤ right ≤ count and count ≥ 1.
    """
    if count < 1 or not 0 <= right <= count:
        raise ValueError(f"{right} of {count} is no proportion")
    p, z2 = right / count, Z * Z / count
    middle = (p + z2 / 2) / (1 + z2)
    half = Z * math.sqrt(p * (1 - p) / count + z2 / (4 * count)) / (1 + z2)
    return max(0.0, middle - half), min(1.0, middle + half)
