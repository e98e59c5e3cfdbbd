"""A drawing: pen strokes as text, and rasterised to the 28 × 28 pixels of a network's input.

`site_assets/src/inputs/widgets/strokes.ts` is the port of this file: it runs the same float64
operations in the same order, so that a drawing gives the same pixels on both sides.

The text fits into links and model files: `_` joins strokes and `-` joins their points. A point is
`x.y`, whole numbers from 0 to 280 from the top left corner of the pad, or `x.y.w` for a line of
w percent of the pen's width. `140.30-140.250` is a vertical line.

The pixels match MNIST's (LeCun, Cortes and Burges; yann.lecun.com/exdb/mnist): the drawing fills a
box of 20 × 20, light on black, and its centre of mass is the middle of the pixel of row 14 and
column 14, counted from 0. MNIST's digits, moved by whole pixels, are within half a pixel of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

PAD = 280  # units along each side of the pad: ten per pixel
SIDE = 28  # pixels along each side of the network's input
BOX = 20  # pixels that the longer side of the drawing fills, including the pen's width
# Limits the scaling of small drawings, so that a dot stays a dot.
LARGEST_SCALE = 4 * SIDE / PAD
WIDEST, NARROWEST = 200, 20  # percent of the pen's width
MOST_POINTS = 4000

Point = tuple[int, int, int]
Strokes = tuple[tuple[Point, ...], ...]

_POINT = r"\d{1,3}\.\d{1,3}(?:\.\d{1,3})?"
_TEXT = re.compile(rf"{_POINT}(?:[-_]{_POINT})*")


def strokes_of(text: str) -> Strokes:
    """Returns the strokes of a text, each point (x, y, percent of the pen's width).

    Raises ValueError with a sentence if the text is not a drawing.
    """
    text = text.strip()
    if not _TEXT.fullmatch(text):
        raise ValueError(
            "the text is not a drawing: points x.y from 0 to 280 are joined by -, strokes by _, "
            "such as 140.30-140.250."
        )
    strokes = tuple(
        tuple(_point(point) for point in stroke.split("-")) for stroke in text.split("_")
    )
    if sum(len(stroke) for stroke in strokes) > MOST_POINTS:
        raise ValueError(f"the drawing has more than {MOST_POINTS} points.")
    return strokes


def _point(text: str) -> Point:
    x, y, width = (*map(int, text.split(".")), 100)[:3]
    if x > PAD or y > PAD:
        raise ValueError(f"the point {text} is off the pad, which ends at {PAD}.{PAD}.")
    if not NARROWEST <= width <= WIDEST:
        raise ValueError(f"the point {text} has a width outside {NARROWEST} to {WIDEST} percent.")
    return x, y, width


def strokes_text(strokes: Strokes) -> str:
    """Returns the text that `strokes_of` parses; a width of 100 percent is omitted."""
    return "_".join(
        "-".join(f"{x}.{y}" if width == 100 else f"{x}.{y}.{width}" for x, y, width in stroke)
        for stroke in strokes
    )


def raster(strokes: Strokes, pen: float) -> npt.NDArray[np.uint8]:
    """Returns the drawing as uint8 (28, 28), light on black; all 0 without strokes.

    pen: the pen's width in these pixels, independent of the drawing's size.
    """
    points = [point for stroke in strokes for point in stroke]
    if not points:
        return np.zeros((SIDE, SIDE), np.uint8)
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    top, bottom = min(p[1] for p in points), max(p[1] for p in points)
    extent = max(right - left, bottom - top)
    scale = min((BOX - pen) / extent, LARGEST_SCALE) if extent else LARGEST_SCALE
    across, down = SIDE / 2 - (left + right) / 2 * scale, SIDE / 2 - (top + bottom) / 2 * scale
    boxed = _ink(strokes, scale, across, down, pen)
    shift_x, shift_y = _to_centre(boxed)
    return _ink(strokes, scale, across + shift_x, down + shift_y, pen)


def _to_centre(levels: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """Returns the shift, right and down, that brings the ink's centre of mass to pixel 14, 14.

    The box stays inside the picture. The sums are of whole numbers, hence exact.
    """
    weights = levels.astype(np.int64)
    total = int(weights.sum())
    if total == 0:
        return 0.0, 0.0
    places = np.arange(SIDE)
    room = (SIDE - BOX) / 2
    moves = []
    for axis in (0, 1):
        mean = int((weights.sum(axis=axis) * places).sum()) / total
        moves.append(max(-room, min(room, SIDE / 2 - mean)))
    return moves[0], moves[1]


def _ink(
    strokes: Strokes, scale: float, across: float, down: float, pen: float
) -> npt.NDArray[np.uint8]:
    """Returns the levels of a pen with a round tip: a pixel is covered as far as its centre lies
    inside the line, with an edge one pixel wide."""
    cover = np.zeros((SIDE, SIDE))
    for stroke in strokes:
        placed = [
            (x * scale + across, y * scale + down, pen * width / 200) for x, y, width in stroke
        ]
        for start, end in zip(placed, placed[1:] or placed, strict=False):
            _line(cover, start, end)
    return np.asarray(np.floor(cover * 255 + 0.5), np.uint8)


def _line(cover: npt.NDArray[np.float64], start: Sequence[float], end: Sequence[float]) -> None:
    """Draws one straight segment, x, y and radius at either end, into `cover`."""
    (x0, y0, r0), (x1, y1, r1) = start, end
    reach = max(r0, r1) + 1
    rows = slice(*_reached(min(y0, y1) - reach, max(y0, y1) + reach))
    columns = slice(*_reached(min(x0, x1) - reach, max(x0, x1) + reach))
    y = np.arange(rows.start, rows.stop)[:, np.newaxis] + 0.5
    x = np.arange(columns.start, columns.stop)[np.newaxis, :] + 0.5
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy
    along = ((x - x0) * dx + (y - y0) * dy) / square if square > 0 else np.zeros((y + x).shape)
    along = np.clip(along, 0, 1)
    away_x, away_y = x - (x0 + along * dx), y - (y0 + along * dy)
    inside = r0 + along * (r1 - r0) - np.sqrt(away_x * away_x + away_y * away_y) + 0.5
    cover[rows, columns] = np.maximum(cover[rows, columns], np.clip(inside, 0, 1))


def _reached(low: float, high: float) -> tuple[int, int]:
    """Returns the range of pixels, end exclusive, that a line between two places can touch."""
    return max(0, math.floor(low)), max(0, min(SIDE, math.ceil(high)))
