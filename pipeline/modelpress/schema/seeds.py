"""seeds.json: the same training from many random seeds.

A separate module: changes of other documents must not change the key of this training.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SeedsEntry:
    """The same training from many random seeds."""

    measure: str
    """Name of the compared figure."""
    browser: str | None
    """Name of the same figure in the browser's training; null if there is none."""
    live: bool
    """Whether each seed repeats the live run, rather than the model's own training."""
    higher_is_better: bool
    """Whether a larger figure is better."""
    first_seed: int
    """The first seed; the others follow in steps of 1."""
    count: int
    """Number of seeds."""
    epochs: int
    """Epochs of each training."""
    steps: int
    """Steps of each training."""
    shuffle: bool
    """Whether the order of the examples differs between seeds."""
    drawn_otherwise: bool
    """Whether the initial weights have other initializers than the model's."""
    values: list[float | None]
    """The figure of each seed; null if the training diverged."""
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
    """The bound to reach, such as `≤ 0.001`; missing if the author gives none."""
    reached: int | None = None
    """Number of seeds that reach it."""
