"""Something written or drawn, found in a picture of it, as MNIST's pixels.

`site_assets/src/inputs/widgets/handwriting.ts` is the port of this file: the same operations in the
same order.
The lines may be dark on light or light on dark, and the light may be uneven. They are told from
their surroundings, scaled into a box of 20 × 20 and moved by whole pixels until their centre of
mass is in the pixel of row 14 and column 14, counted from 0, as was done with NIST's forms for
MNIST.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from modelpress.pixels import Box, Levels, grey, scaled, whole

SIDE, BOX = 28, 20
# Longest side of the picture in which lines are looked for, and how far around a pixel its
# surroundings go: a quarter of that.
_LOOKED_AT, _AROUND = 112, 28
# Lines fainter than this many levels are none.
_FAINTEST = 32
# Ink is what stands out by more than the first share of the strongest; by the second it is full.
_LEAST, _FULL = 0.3, 0.7
# The pixels that may be stronger than the strongest counted, as one in so many.
_IGNORED = 200


def written(rgba: npt.ArrayLike) -> Levels | None:
    """What is drawn in the picture, uint8 (28, 28), light on black; None where no line is found.

    rgba: uint8 (h, w, 4), neither side 0.
    """
    ink = _ink(_looked_at(grey(rgba)))
    if ink is None:
        return None
    rows, columns = np.nonzero(ink > 127)
    left, top = int(columns.min()), int(rows.min())
    width, height = int(columns.max()) + 1 - left, int(rows.max()) + 1 - top
    longer = max(width, height)
    wide = max(1, math.floor(width * BOX / longer + 0.5))
    tall = max(1, math.floor(height * BOX / longer + 0.5))
    box = Box(left, top, width, height)
    exact = scaled(ink.astype(np.float64), box, tall, wide)
    small = whole(exact * 255 / exact.max())
    out = np.zeros((SIDE, SIDE), np.uint8)
    x, y = _corner(small.sum(axis=0, dtype=np.int64)), _corner(small.sum(axis=1, dtype=np.int64))
    out[y : y + tall, x : x + wide] = small
    return out


def _looked_at(image: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The whole picture, its longer side at most 112 pixels, in levels."""
    height, width = image.shape
    longer = max(height, width)
    if longer > _LOOKED_AT:
        tall = max(1, math.floor(height * _LOOKED_AT / longer + 0.5))
        wide = max(1, math.floor(width * _LOOKED_AT / longer + 0.5))
        image = scaled(image, Box(0, 0, width, height), tall, wide)
    return whole(image).astype(np.int64)


def _ink(levels: npt.NDArray[np.int64]) -> Levels | None:
    """How much each pixel stands out of its surroundings, on the side of the rarer brightness."""
    ordered = np.sort(levels.ravel())
    count = len(ordered)
    # Most of a page is paper: lines pull the mean away from the median, to their own side.
    dark = int(ordered[count // 2]) * count >= int(ordered.sum())
    around = _means_around(levels)
    out = around - levels if dark else levels - around
    strongest = float(np.sort(out.ravel())[count - 1 - count // _IGNORED])
    if strongest < _FAINTEST:
        return None
    least = _LEAST * strongest
    return whole((out - least) * 255 / (_FULL * strongest - least))


def _means_around(levels: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Mean of the 57 × 57 pixels around each, as far as the picture goes."""
    height, width = levels.shape
    sums = np.zeros((height + 1, width + 1), np.int64)
    sums[1:, 1:] = levels.cumsum(axis=0).cumsum(axis=1)
    rows, columns = np.arange(height), np.arange(width)
    top, bottom = np.maximum(rows - _AROUND, 0), np.minimum(rows + _AROUND + 1, height)
    left, right = np.maximum(columns - _AROUND, 0), np.minimum(columns + _AROUND + 1, width)
    down = sums[bottom] - sums[top]
    inside = down[:, right] - down[:, left]
    return np.asarray(inside / np.outer(bottom - top, right - left), np.float64)


def _corner(sums: npt.NDArray[np.int64]) -> int:
    """Where the small picture begins along one axis, given the sums of its levels across it."""
    mean = int((sums * np.arange(len(sums))).sum()) / int(sums.sum())
    return max(0, min(SIDE - len(sums), math.floor(SIDE / 2 - mean + 0.5)))
