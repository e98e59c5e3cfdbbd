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
    """Source of each case: `start` (a page), `author` (the field `golden`), or a group of the input
    kind."""
    input_shape: list[int]
    """Shape of one input, without the batch."""
    output_shape: list[int]
    """Shape of one prediction, without the batch."""
    inputs: list[list[float]]
    """Input of each case, flattened in row-major order; shortest decimals of float32 values."""
    outputs: list[list[float]]
    """Python's prediction for each case, in the same form: the exact engine's where it covers the
    model, else Keras'."""
