"""The kinds of input and output that fit a network of which no more is known than its shapes."""

from __future__ import annotations

from collections.abc import Sequence

from modelpress import inputs, outputs
from modelpress.inputs import Input
from modelpress.kinds.registry import kind_classes
from modelpress.outputs import Output


def input_for(shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]) -> Input:
    """The kind for inputs of `shape`: the first that fits, by `fit_rank`, then by name.

    low, high: smallest and largest value in the training data, one a value or one for all.
    ValueError, with the end of a sentence, where none fits.
    """
    if not all(isinstance(length, int) and length > 0 for length in shape):
        raise ValueError(f"an input of shape {shape}, which is not the same for every input")
    for kind in kind_classes(inputs, Input):
        found: Input | None = kind.fitting(shape, low, high)
        if found is not None:
            return found
    raise ValueError(f"an input of shape {shape}, which no kind takes by its shape alone")


def output_for(shape: tuple[int, ...]) -> Output:
    """The kind for answers of `shape`. ValueError, with the end of a sentence, where none fits."""
    if not all(isinstance(length, int) and length > 0 for length in shape):
        raise ValueError(f"an answer of shape {shape}, which is not the same for every input")
    for kind in kind_classes(outputs, Output):
        found: Output | None = kind.fitting(shape)
        if found is not None:
            return found
    raise ValueError(f"an answer of shape {shape}, which no kind shows by its shape alone")
