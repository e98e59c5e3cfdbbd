"""A hand and a pen: lines are leant, bent and stretched, then drawn as MNIST's digits are.

MNIST's digits fill a box of 20×20 pixels in a picture of 28×28, moved by whole pixels to bring the
centre of mass of the ink to the middle (LeCun, Cortes, Burges). The widths and shakes here were set
by looking at the first 2,000 of its test pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.data.digit_strokes import POINTS

Array = npt.NDArray[np.float64]

SIZE, BOX = 28, 20


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
    low, high = lines.min(axis=1, keepdims=True), lines.max(axis=1, keepdims=True)
    extent = np.maximum(high - low, 1e-3)
    power = np.exp(rng.normal(0, hand.balance, (count, 1, 2)))
    height = extent.max(axis=2, keepdims=True)
    points = (np.clip((lines - low) / extent, 1e-4, 1) ** power - 0.5) * (extent / height)
    for _ in range(3):
        wave = rng.normal(0, 3.5, (count, 1, 2))
        phase = rng.uniform(0, 2 * np.pi, (count, 1, 1))
        size = rng.normal(0, hand.bend, (count, 1, 2))
        points = points + size * np.sin((points * wave).sum(-1, keepdims=True) + phase)
    x, y = points[..., 0], points[..., 1]
    x = x * np.exp(rng.normal(0, hand.aspect, (count, 1))) - rng.normal(*hand.slant, (count, 1)) * y
    angle = rng.normal(0, hand.turn, (count, 1))
    turned: Array = np.stack(
        [np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y], axis=-1
    )
    return turned


def drawn(lines: Array, rng: np.random.Generator, pen: Pen) -> npt.NDArray[np.uint8]:
    """Pictures (N, 28, 28) of lines (N, points, 2), 0 the paper, 255 the ink, placed as MNIST's."""
    count = len(lines)
    width = np.clip(pen.width[0] * np.exp(rng.normal(0, pen.width[1], count)), 1.3, 6)
    low, high = lines.min(axis=1), lines.max(axis=1)
    scale = (BOX - width) / np.maximum((high - low).max(axis=1), 1e-3)
    points = (lines - low[:, None]) * scale[:, None, None] + width[:, None, None] / 2
    size = (high - low) * scale[:, None] + width[:, None]
    points = points + (SIZE - size)[:, None] / 2
    along = np.arange(POINTS)[None] / POINTS
    wave = np.sin(along * rng.uniform(2, 14, (count, 1)) + rng.uniform(0, 2 * np.pi, (count, 1)))
    radius = width[:, None] / 2 * (1 + pen.pressure * rng.uniform(0, 1, (count, 1)) * wave)
    soft = np.clip(rng.normal(*pen.softness, count), 0.3, 1.2)
    return _centred(_inked(points, radius, width / 2, soft))


def _centred(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Moved by whole pixels so that the centre of mass is as near as can be to pixel 14, counted
    from 0, both down and across: this is where MNIST's are, though 13.5 is the middle."""
    places = np.arange(SIZE)
    total = pictures.sum(axis=(1, 2), dtype=np.int64)
    room = (SIZE - BOX) // 2
    indices = []
    for axis in (2, 1):
        mean = pictures.sum(axis=axis, dtype=np.int64) @ places / total
        move = np.clip(np.rint(SIZE / 2 - mean), -room, room).astype(np.int64)
        indices.append((places[None] - move[:, None]) % SIZE)
    rows, columns = indices
    number = np.arange(len(pictures))[:, None, None]
    moved: npt.NDArray[np.uint8] = pictures[number, rows[:, :, None], columns[:, None, :]]
    return moved


def _inked(points: Array, radius: Array, mean_radius: Array, soft: Array) -> npt.NDArray[np.uint8]:
    """Ink by the distance of each pixel's centre from the line.

    |g − p|² − r² is linear in (g_x, g_y, 1, |g|²), so one matrix product makes it for all points
    and pixels; its smallest value tells the nearest point, thick parts of the line first.
    """
    centres = np.arange(SIZE, dtype=np.float32) + 0.5
    x, y = (axis.ravel() for axis in np.meshgrid(centres, centres))
    grid = np.stack([x, y, np.ones_like(x), x**2 + y**2]).astype(np.float32)
    mean = mean_radius[:, None]
    rows = np.stack(
        [
            -2 * points[..., 0],
            -2 * points[..., 1],
            (points**2).sum(-1) - radius**2 + mean**2,
            np.ones(points.shape[:2]),
        ],
        axis=-1,
    ).astype(np.float32)
    pictures = np.empty((len(points), SIZE * SIZE), np.uint8)
    for begin in range(0, len(points), 8):  # eight at a time stay in the processor's cache
        part = slice(begin, begin + 8)
        squared = np.minimum.reduce(rows[part] @ grid, axis=1)
        distance = np.sqrt(np.maximum(squared, 0)) - mean[part]
        ink = np.clip(0.5 - distance / (2 * soft[part, None]), 0, 1)
        pictures[part] = np.rint(255 * ink).astype(np.uint8)
    return pictures.reshape(-1, SIZE, SIZE)
