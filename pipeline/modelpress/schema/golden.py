"""golden.json: the inputs that every browser replays, with Python's predictions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Golden:
    """The golden cases of a model: inputs with Python's predictions."""

    slug: str
    """The model."""
    cases: int
    """Number of cases."""
    groups: list[str]
    """Where each case comes from: `start` (a page), `author` (the field `golden`), or a group of
    the input kind."""
    input_shape: list[int]
    """Shape of one input, without the batch."""
    output_shape: list[int]
    """Shape of one prediction, without the batch."""
    inputs: list[list[float]]
    """Of each case the input, flattened in row order: the shortest decimals of float32 values."""
    outputs: list[list[float]]
    """Of each case Python's prediction, flattened in the same way."""
