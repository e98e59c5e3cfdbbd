"""Augmentation: random variations of training pictures in each epoch, against overfitting.

The functions take arrays (N, height, width) of any number type, and keep type and shape.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

_CHUNK = 128
"""Pictures per chunk: their coordinates stay in the processor's cache."""

_KNOTS = 5
"""Knots of the bending along each side of the picture."""


def warped(
    pictures: npt.NDArray[Any],
    rng: np.random.Generator,
    *,
    shift: float = 0.0,
    turn: float = 0.0,
    zoom: float = 0.0,
    slant: float = 0.0,
    bend: float = 0.0,
    edge: bool = False,
) -> npt.NDArray[Any]:
    """Returns the pictures, each randomly shifted, rotated, scaled, slanted and bent.

    edge: outside a picture, repeat its edge; otherwise, outside is 0.

    The other parameters are standard deviations: shift in pixels; turn in radians; zoom of the
    logarithm of the scale, for each axis separately; slant of the slope x / y; bend in pixels, of a
    smooth field as in Simard, Steinkraus and Platt, "Best practices for convolutional neural
    networks" (2003). Pixels are read by linear interpolation.
    """
    count, height, width = pictures.shape
    result = np.empty_like(pictures)
    spread = np.array([turn, slant, zoom, zoom, shift, shift], np.float32)
    smooth = _bumps(height, width) if bend else None
    for begin in range(0, count, _CHUNK):
        part = pictures[begin : begin + _CHUNK]
        chance = rng.standard_normal((len(part), 6), np.float32) * spread
        x, y = _places(chance, height, width)
        if smooth is not None:
            knots = rng.standard_normal((2, len(part), len(smooth)), np.float32) * np.float32(bend)
            x += knots[0] @ smooth
            y += knots[1] @ smooth
        if edge:
            x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
        levels = _read(part, x, y)
        if np.issubdtype(pictures.dtype, np.integer):
            levels = np.rint(levels)
        result[begin : begin + _CHUNK] = levels.reshape(part.shape)
    return result


def mirrored(
    pictures: npt.NDArray[Any], rng: np.random.Generator, share: float = 0.5
) -> npt.NDArray[Any]:
    """Returns the pictures, with left and right exchanged in about `share` of them."""
    chosen = rng.random(len(pictures)) < share
    result = pictures.copy()
    result[chosen] = pictures[chosen, :, ::-1]
    return result


def _places(
    chance: npt.NDArray[np.float32], height: int, width: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Returns where each pixel of the result is read: x and y (N, height · width), from 0."""
    turn, slant, zoom_x, zoom_y, shift_x, shift_y = (column[:, None] for column in chance.T)
    cos, sin = np.cos(turn), np.sin(turn)
    wide, high = np.exp(zoom_x), np.exp(zoom_y)
    middle_x, middle_y = np.float32((width - 1) / 2), np.float32((height - 1) / 2)
    y, x = (axis.ravel().astype(np.float32) for axis in np.indices((height, width)))
    x, y = x - middle_x, y - middle_y
    # Apply (turn · slant · zoom) to each pixel's place, around the middle of the picture.
    from_x = wide * cos * x + (wide * slant * cos - high * sin) * y + middle_x + shift_x
    from_y = wide * sin * x + (wide * slant * sin + high * cos) * y + middle_y + shift_y
    return from_x, from_y


@cache
def _bumps(height: int, width: int) -> npt.NDArray[np.float32]:
    """Returns (knots, height · width): Gaussian bumps on a grid.

    Random sums of them are smooth fields with a standard deviation of about 1 everywhere.
    """
    y, x = np.indices((height, width)).reshape(2, -1) / np.array([[height - 1], [width - 1]])
    knots = np.linspace(0, 1, _KNOTS)
    reach = 0.9 / (_KNOTS - 1)
    along_x = np.exp(-((x[None] - knots[:, None]) ** 2) / (2 * reach**2))
    along_y = np.exp(-((y[None] - knots[:, None]) ** 2) / (2 * reach**2))
    bumps = (along_y[:, None] * along_x[None]).reshape(_KNOTS**2, -1)
    scaled: npt.NDArray[np.float32] = (bumps / np.linalg.norm(bumps, axis=0)).astype(np.float32)
    return scaled


def _read(
    pictures: npt.NDArray[Any], x: npt.NDArray[np.float32], y: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Returns the pictures (N, height, width) interpolated at the places (N, height · width)."""
    count, height, width = pictures.shape
    edged = np.zeros((count, height + 3, width + 3), np.float32)  # a border of 0, two at the end
    edged[:, 1 : height + 1, 1 : width + 1] = pictures
    x = np.clip(x + 1, 0, width + 1)
    y = np.clip(y + 1, 0, height + 1)
    left, top = x.astype(np.int32), y.astype(np.int32)
    right, low = x - left, y - top
    row = width + 3
    first = top * row + left + np.arange(count, dtype=np.int32)[:, None] * ((height + 3) * row)
    flat = edged.ravel()
    upper = flat.take(first)
    upper += right * (flat.take(first + 1) - upper)
    lower = flat.take(first + row)
    lower += right * (flat.take(first + row + 1) - lower)
    values: npt.NDArray[np.float32] = upper + low * (lower - upper)
    return values
