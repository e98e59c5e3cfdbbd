"""The kinds of input and output that fit a network of which no more is known than its shapes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from modelpress.inputs import Input, hundredth
from modelpress.inputs.number import Number
from modelpress.inputs.numbers import Numbers
from modelpress.inputs.picture import Picture
from modelpress.outputs import Output
from modelpress.outputs.number import Number as NumberOut
from modelpress.outputs.numbers import Numbers as NumbersOut

_SMALLEST_PICTURE = 8  # of the sides; smaller grids are taken for tables of numbers


def input_for(shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]) -> Input:
    """The kind for inputs of `shape`.

    low, high: smallest and largest value in the training data, one a value or one for all.
    ValueError, with the end of a sentence, where none fits.
    """
    if not all(isinstance(length, int) and length > 0 for length in shape):
        raise ValueError(f"an input of shape {shape}, which is not the same for every input")
    if shape == (1,):
        return Number(*_range(low[0], high[0]))
    flat = len(shape) == 2 or (len(shape) == 3 and shape[2] == 1)
    if flat and min(shape[:2]) >= _SMALLEST_PICTURE and min(low) >= 0 and max(high) <= 255:
        if max(high) <= 1:
            raise ValueError(
                f"pictures with values from {min(low):g} to {max(high):g}; a picture's pixels are "
                "0 to 255, and what scales them is a layer of the network (keras.layers.Rescaling)"
            )
        return Picture(shape[0], shape[1], contrast=False, channel=len(shape) == 3)
    size = math.prod(shape)
    lows, highs = (list(bounds) * (size if len(bounds) == 1 else 1) for bounds in (low, high))
    names = [f"x{i}" for i in range(1, size + 1)]
    return Numbers(
        {name: _range(*bounds) for name, *bounds in zip(names, lows, highs, strict=True)},
        shape=shape,
    )


def output_for(shape: tuple[int, ...]) -> Output:
    """The kind for answers of `shape`. ValueError, with the end of a sentence, where none fits."""
    if not all(isinstance(length, int) and length > 0 for length in shape):
        raise ValueError(f"an answer of shape {shape}, which is not the same for every input")
    return NumberOut() if shape == (1,) else NumbersOut(shape=shape)


def _range(low: float, high: float) -> tuple[float, float]:
    """A range a control can have, its ends rounded outwards to a hundredth of it or finer; a value
    that never varied in training gets one around it."""
    if low == high:
        return low - 1, high + 1
    step = hundredth(low, high)
    ends = math.floor(low / step) * step, math.ceil(high / step) * step
    return float(f"{ends[0]:.12g}"), float(f"{ends[1]:.12g}")
