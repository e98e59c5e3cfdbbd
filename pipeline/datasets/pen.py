"""A hand and a pen: lines are slanted, bent and stretched, then drawn in MNIST's format.

MNIST's digits fill a box of 20×20 pixels in a picture of 28×28, moved by whole pixels to bring the
centre of mass of the ink to the middle (LeCun, Cortes, Burges). The widths and variations here were
chosen by looking at the first 2,000 of its test pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

SIZE, BOX = 28, 20

_INKED = 24
"""Side of the middle of the picture that ink can reach before centring: the box, a thicker line
and its soft edge."""


@dataclass(frozen=True)
class Hand:
    """How much handwriting varies. Standard deviations unless stated otherwise.

    slant      mean and deviation of the slant to the right, as a slope
    aspect     of the logarithm of width by height
    turn       of the rotation, in radians
    balance    of the logarithm of the power that enlarges one part of the digit
    bend       of each of three waves, in heights
    """

    slant: tuple[float, float] = (0.12, 0.28)
    aspect: float = 0.20
    turn: float = 0.10
    balance: float = 0.18
    bend: float = 0.035


@dataclass(frozen=True)
class Pen:
    """How much pens vary.

    width      median in pixels, and deviation of its logarithm
    softness   mean and deviation of half the width of an edge, in pixels
    pressure   of the variation of the width along the line, relative
    """

    width: tuple[float, float] = (2.35, 0.32)
    softness: tuple[float, float] = (0.55, 0.15)
    pressure: float = 0.18


def vary(lines: Array, rng: np.random.Generator, hand: Hand) -> Array:
    """Lines (N, points, 2) varied at random as by other hands, about 1 high, centred at (0, 0)."""
    count = len(lines)

    def normal(deviation: float, *shape: int) -> Array:
        return rng.standard_normal((count, *shape), np.float32) * np.float32(deviation)

    low, high = lines.min(axis=1, keepdims=True), lines.max(axis=1, keepdims=True)
    extent = np.maximum(high - low, np.float32(1e-3))
    power = np.exp(normal(hand.balance, 1, 2))
    height = extent.max(axis=2, keepdims=True)
    points = np.clip((lines - low) / extent, np.float32(1e-4), 1) ** power
    points = (points - np.float32(0.5)) * (extent / height)
    for _ in range(3):
        wave, phase = normal(3.5, 2, 1), rng.random((count, 1, 1), np.float32)
        size = normal(hand.bend, 1, 2)
        points = points + size * np.sin(points @ wave + np.float32(2 * np.pi) * phase)
    x, y = points[..., 0], points[..., 1]
    slant = np.float32(hand.slant[0]) + normal(hand.slant[1], 1)
    x = x * np.exp(normal(hand.aspect, 1)) - slant * y
    angle = normal(hand.turn, 1)
    cos, sin = np.cos(angle), np.sin(angle)
    turned: Array = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
    return turned


def draw(lines: Array, rng: np.random.Generator, pen: Pen) -> npt.NDArray[np.uint8]:
    """Pictures (N, 28, 28) of lines (N, points, 2), 0 for paper, 255 for ink, placed as MNIST's."""
    count, length = lines.shape[:2]

    def each(values: npt.NDArray[np.float64]) -> Array:
        return values.astype(np.float32)[:, None]

    width = each(np.clip(pen.width[0] * np.exp(rng.normal(0, pen.width[1], count)), 1.3, 6))
    low, high = lines.min(axis=1), lines.max(axis=1)
    scale = (BOX - width) / np.maximum((high - low).max(axis=1, keepdims=True), np.float32(1e-3))
    points = (lines - ((low + high) / 2)[:, None]) * scale[:, None]
    along = np.arange(length, dtype=np.float32) / length
    wave = np.sin(along * each(rng.uniform(2, 14, count)) + each(rng.uniform(0, 2 * np.pi, count)))
    swell = np.float32(pen.pressure) * each(rng.random(count)) * wave
    soft = each(np.clip(rng.normal(*pen.softness, count), 0.3, 1.2))
    pictures = np.zeros((count, SIZE, SIZE), np.uint8)
    middle = slice((SIZE - _INKED) // 2, (SIZE + _INKED) // 2)
    pictures[:, middle, middle] = _ink(points, width / 2, swell, soft)
    return _centred(pictures)


def _centred(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Pictures moved by whole pixels, with the centre of mass within half a pixel of (14, 14).

    Pixels count from 0. MNIST's digits are centred there, although 13.5 is the middle. Ink that
    leaves the picture is cut off.
    """
    places = np.arange(SIZE)
    total = pictures.sum(axis=(1, 2), dtype=np.int64)
    indices = []
    for axis in (2, 1):
        mean = pictures.sum(axis=axis, dtype=np.int64) @ places / total
        move = np.rint(SIZE / 2 - mean).astype(np.int64)
        indices.append(places[None] - move[:, None])
    rows, columns = (np.where((index >= 0) & (index < SIZE), index, SIZE) for index in indices)
    number = np.arange(len(pictures))[:, None, None]
    paper = np.pad(pictures, ((0, 0), (0, 1), (0, 1)))
    moved: npt.NDArray[np.uint8] = paper[number, rows[:, :, None], columns[:, None, :]]
    return moved


def _ink(points: Array, radius: Array, swell: Array, soft: Array) -> npt.NDArray[np.uint8]:
    """Ink (N, 24, 24) by the distance of each pixel's centre from the line.

    The line is centred at (0, 0) and is `radius` · (1 + `swell`) wide to either side. |g − p|² − r²
    is linear in (g_x, g_y, 1, |g|²), so one matrix product computes it for all points and pixels.
    Its smallest value belongs to the nearest point, thick parts of the line first. |g|², the same
    for all points, is added last.
    """
    centres = np.arange(_INKED, dtype=np.float32) - np.float32((_INKED - 1) / 2)
    x, y = (axis.ravel() for axis in np.meshgrid(centres, centres))
    grid = np.stack([x, y, np.ones_like(x)])
    farther = (points**2).sum(-1) - radius**2 * (swell**2 + 2 * swell)
    rows = np.concatenate([-2 * points, farther[..., None]], axis=-1)
    pictures = np.empty((len(points), _INKED * _INKED), np.uint8)
    for begin in range(0, len(points), 16):  # 16 at a time fit the processor's cache
        part = slice(begin, begin + 16)
        squared = np.minimum.reduce(rows[part] @ grid, axis=1) + (x**2 + y**2)
        distance = np.sqrt(np.maximum(squared, 0)) - radius[part]
        ink = np.clip(np.float32(0.5) - distance / (2 * soft[part]), 0, 1)
        pictures[part] = np.rint(255 * ink).astype(np.uint8)
    return pictures.reshape(-1, _INKED, _INKED)
