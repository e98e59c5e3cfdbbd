"""Chooses input and output kinds by the shapes of a network."""

from __future__ import annotations

from collections.abc import Sequence

from modelpress import inputs, outputs
from modelpress.inputs import Input
from modelpress.kinds.registry import kind_classes
from modelpress.outputs import Output


def input_for(shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]) -> Input:
    """Returns the input kind for `shape`: the first that fits, by `fit_rank`, then by name.

    shape: input shape without the batch axis. low, high: smallest and largest training value, one
    per component or one for all. Raises ValueError with the end of a sentence if no kind fits.
    """
    if not all(isinstance(length, int) and length > 0 for length in shape):
        raise ValueError(f"an input of shape {shape}, which varies from input to input")
    for kind in kind_classes(inputs, Input):
        found: Input | None = kind.fitting(shape, low, high)
        if found is not None:
            return found
    raise ValueError(f"an input of shape {shape}, which no kind accepts by shape alone")


def output_for(shape: tuple[int, ...]) -> Output:
    """Returns the output kind for `shape`, the network's output shape without the batch axis.

    Raises ValueError with the end of a sentence if no kind fits.
    """
    if not all(isinstance(length, int) and length > 0 for length in shape):
        raise ValueError(f"a prediction of shape {shape}, which varies from input to input")
    for kind in kind_classes(outputs, Output):
        found: Output | None = kind.fitting(shape)
        if found is not None:
            return found
    raise ValueError(f"a prediction of shape {shape}, which no kind displays by shape alone")
