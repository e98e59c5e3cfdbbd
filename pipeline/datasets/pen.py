"""A hand and a pen: lines are leant, bent and stretched, then drawn as MNIST's digits are.

MNIST's digits fill a box of 20×20 pixels in a picture of 28×28, moved by whole pixels to bring the
centre of mass of the ink to the middle (LeCun, Cortes, Burges). The widths and shakes here were set
by looking at the first 2,000 of its test pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

SIZE, BOX = 28, 20

_INKED = 24
"""Side of the middle of the picture that ink can reach before it is centred: the box, a line that
swells, and its soft edge."""


@dataclass(frozen=True)
class Hand:
    """How differently people write. Standard deviations unless said otherwise.

    slant      mean and deviation of the lean to the right, as a slope
    aspect     of the logarithm of width by height
    turn       of the rotation, in radians
    balance    of the logarithm of the power that makes a part larger than the other
    bend       of each of three waves, in heights
    """

    slant: tuple[float, float] = (0.12, 0.28)
    aspect: float = 0.20
    turn: float = 0.10
    balance: float = 0.18
    bend: float = 0.035


@dataclass(frozen=True)
class Pen:
    """width: median in pixels, and deviation of its logarithm; softness: mean and deviation of half
    the width of an edge, in pixels; pressure: of the width's wave along the line, relative."""

    width: tuple[float, float] = (2.35, 0.32)
    softness: tuple[float, float] = (0.55, 0.15)
    pressure: float = 0.18


def bent(lines: Array, rng: np.random.Generator, hand: Hand) -> Array:
    """Lines (N, points, 2) as another hand would have written them, about 1 high, round (0, 0)."""
    count = len(lines)

    def chance(deviation: float, *shape: int) -> Array:
        return rng.standard_normal((count, *shape), np.float32) * np.float32(deviation)

    low, high = lines.min(axis=1, keepdims=True), lines.max(axis=1, keepdims=True)
    extent = np.maximum(high - low, np.float32(1e-3))
    power = np.exp(chance(hand.balance, 1, 2))
    height = extent.max(axis=2, keepdims=True)
    points = np.clip((lines - low) / extent, np.float32(1e-4), 1) ** power
    points = (points - np.float32(0.5)) * (extent / height)
    for _ in range(3):
        wave, phase = chance(3.5, 2, 1), rng.random((count, 1, 1), np.float32)
        size = chance(hand.bend, 1, 2)
        points = points + size * np.sin(points @ wave + np.float32(2 * np.pi) * phase)
    x, y = points[..., 0], points[..., 1]
    slant = np.float32(hand.slant[0]) + chance(hand.slant[1], 1)
    x = x * np.exp(chance(hand.aspect, 1)) - slant * y
    angle = chance(hand.turn, 1)
    cos, sin = np.cos(angle), np.sin(angle)
    turned: Array = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
    return turned


def drawn(lines: Array, rng: np.random.Generator, pen: Pen) -> npt.NDArray[np.uint8]:
    """Pictures (N, 28, 28) of lines (N, points, 2), 0 the paper, 255 the ink, placed as MNIST's."""
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
    pictures[:, middle, middle] = _inked(points, width / 2, swell, soft)
    return _centred(pictures)


def _centred(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Moved by whole pixels so that the centre of mass is within half a pixel of pixel 14, counted
    from 0, both down and across: this is where MNIST's are, though 13.5 is the middle. What leaves
    the picture is cut off."""
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


def _inked(points: Array, radius: Array, swell: Array, soft: Array) -> npt.NDArray[np.uint8]:
    """Ink (N, 24, 24) by the distance of each pixel's centre from the line, which runs round (0, 0)
    and is `radius` · (1 + `swell`) wide to either side.

    |g − p|² − r² is linear in (g_x, g_y, 1, |g|²), so one matrix product makes it for all points
    and pixels; its smallest value tells the nearest point, thick parts of the line first. What is
    the same for all points, |g|², is added last.
    """
    centres = np.arange(_INKED, dtype=np.float32) - np.float32((_INKED - 1) / 2)
    x, y = (axis.ravel() for axis in np.meshgrid(centres, centres))
    grid = np.stack([x, y, np.ones_like(x)])
    farther = (points**2).sum(-1) - radius**2 * (swell**2 + 2 * swell)
    rows = np.concatenate([-2 * points, farther[..., None]], axis=-1)
    pictures = np.empty((len(points), _INKED * _INKED), np.uint8)
    for begin in range(0, len(points), 16):  # so many at a time stay in the processor's cache
        part = slice(begin, begin + 16)
        squared = np.minimum.reduce(rows[part] @ grid, axis=1) + (x**2 + y**2)
        distance = np.sqrt(np.maximum(squared, 0)) - radius[part]
        ink = np.clip(np.float32(0.5) - distance / (2 * soft[part]), 0, 1)
        pictures[part] = np.rint(255 * ink).astype(np.uint8)
    return pictures.reshape(-1, _INKED, _INKED)
