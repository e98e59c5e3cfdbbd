"""Rounds trained weights to the values that a smaller type can store.

The rounded values are the network's weights from then on: metrics, golden cases and all formats are
those of the network that is published.

float16: each weight becomes the nearest float16. uint8: each weight of two or more dimensions
becomes one of 256 evenly spaced values, zero among them, from its smallest to its largest; the
others, such as biases, stay float32, since they are few. This is the converter's own affine
quantisation, `value = stored * scale + min` (tensorflowjs/quantization.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError

Float32 = npt.NDArray[np.float32]

LEVELS = 255  # steps between the values of a uint8


def round_weights(net: Any, kind: str) -> list[tuple[float, float]]:
    """Rounds the weights of `net` in place.

    kind: "float16" or "uint8". Returns the grids of uint8 as (min, scale), in the order of the
    weights; [] for float16. Raises ModelpressError if a weight is beyond float16's range.
    """
    rounded, grids = [], []
    for values in net.get_weights():
        array = np.asarray(values)
        if array.dtype != np.float32:
            rounded.append(array)
        elif kind == "float16":
            rounded.append(_half(array))
        elif array.ndim < 2 or array.size == 0:
            rounded.append(array)
        else:
            grid = grid_of(array)
            rounded.append(on_grid(array, *grid))
            grids.append(grid)
    net.set_weights(rounded)
    return grids


def grid_of(values: Float32) -> tuple[float, float]:
    """Returns (min, scale) of the 256 values from the smallest to the largest of `values`.

    Zero is one of them.
    """
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    scale = (high - low) / LEVELS or 1.0
    return -round(-low / scale) * scale, scale


def levels(values: Float32, low: float, scale: float) -> npt.NDArray[np.uint8]:
    """Returns the stored level of each value on the grid, from 0 to 255."""
    found = np.rint((values.astype(np.float64) - low) / scale)
    stored: npt.NDArray[np.uint8] = np.clip(found, 0, LEVELS).astype(np.uint8)
    return stored


def on_grid(values: Float32, low: float, scale: float) -> Float32:
    """Returns the grid's value for each of `values`: computed in float64, rounded to float32 once,
    as TensorFlow.js reads it."""
    stored = levels(values, low, scale)
    return (stored.astype(np.float64) * scale + low).astype(np.float32)


def _half(values: Float32) -> Float32:
    with np.errstate(over="ignore"):
        rounded = values.astype(np.float16)
    if np.isinf(rounded).any():
        raise ModelpressError(
            "A weight is too large for float16.",
            where="field `weights`",
            found=f"{float(np.abs(values).max()):.6g}",
            expected=f"at most {float(np.finfo(np.float16).max):.6g}",
            next_step='Publish it with weights="float32".',
        )
    return rounded.astype(np.float32)
