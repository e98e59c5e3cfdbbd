"""seeds.json: the same training from many random seeds.

A module of its own: the key of that training is not to change with other documents.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SeedsEntry:
    """The same training from many random seeds."""

    measure: str
    """The figure that is compared."""
    browser: str | None
    """The same figure in the browser's training; null where it has none."""
    live: bool
    """Whether the live run is repeated, rather than the model's own training."""
    higher_is_better: bool
    """Whether a larger figure is better."""
    first_seed: int
    """The first seed; the others follow it."""
    count: int
    """Number of seeds."""
    epochs: int
    """Epochs of each training."""
    steps: int
    """Steps of each training."""
    shuffle: bool
    """Whether each seed has an order of its own."""
    drawn_otherwise: bool
    """Whether initial weights are drawn in another way than the model's."""
    values: list[float | None]
    """The figure of each seed; null where the training diverged."""
    diverged: int
    """Number of trainings that diverged."""
    mean: float | None
    """Mean."""
    least: float | None
    """Minimum."""
    lower_quartile: float | None
    """First quartile."""
    median: float | None
    """Median."""
    upper_quartile: float | None
    """Third quartile."""
    most: float | None
    """Maximum."""
    reach: str | None = None
    """The bound to reach, such as `≤ 0.001`; missing where none is given."""
    reached: int | None = None
    """Number of seeds that reach it."""
