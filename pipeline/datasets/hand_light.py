"""Light, skin and background for drawn hands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from datasets.hand_picture import FINE, SIDE, Surface
from datasets.hand_shape import FINGERS, SLEEVE

Floats = npt.NDArray[np.float32]
Each = Callable[[float, float], Floats]
"""A function that returns a uniform random number between two bounds for each picture,
(count, 1, 1)."""

_SHADOW_STEPS = (0.6, 1.2, 2.0, 3.0, 4.2)  # in radii of a finger


def pictures(seen: Surface, finger: Floats, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Pictures of lit hands before a background, uint8 (count, SIDE, SIDE), from black to white.

    finger: (count,), the radius of a finger in fine pixels. The direction of the light and the
    sharpness are the same for the batch; strength, skin and background vary by picture.
    """
    count = len(finger)

    def each(low: float, high: float) -> Floats:
        return np.asarray(rng.uniform(low, high, (count, 1, 1)), np.float32)

    value = np.where(
        seen.bone >= 0, _lit(seen, finger[:, None, None], each, rng), _background(each, rng, count)
    )
    value = value.reshape(count, SIDE, 2, SIDE, 2).mean(axis=(2, 4))
    value = _blurred(value, rng.uniform(0.0, 0.45))
    value += np.asarray(rng.normal(0, 0.004, value.shape), np.float32)
    low, high = value.min(axis=(1, 2), keepdims=True), value.max(axis=(1, 2), keepdims=True)
    levels: npt.NDArray[np.uint8] = np.rint((value - low) / (high - low) * 255).astype(np.uint8)
    return levels


def _lit(seen: Surface, finger: Floats, each: Each, rng: np.random.Generator) -> Floats:
    hand = seen.bone >= 0
    size = float(finger.mean())
    nx, ny = _smooth_normals(seen, size)
    nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0))
    floor = np.where(hand, seen.depth, np.inf).min(axis=(1, 2), keepdims=True) - finger
    depth = np.where(hand, seen.depth, floor) / finger
    # Radians. From the left, more often from above than from below, as in most pictures of Sign
    # Language MNIST. The numbers here were fitted on its training set.
    azimuth, height = rng.normal(2.78, 0.75), each(0.35, 1.0)
    ax, ay = float(np.cos(azimuth)), float(-np.sin(azimuth))
    facing = (nx * ax + ny * ay) * np.cos(height) + nz * np.sin(height)
    direct = np.maximum(facing + 0.35, 0) / 1.35  # light reaches round the edge of soft skin
    direct *= 1 - _shadow(depth, (ax, ay), np.tan(height), size) * each(0.1, 0.65)
    ambient = each(0.0, 0.32)
    bright = ambient + (1 - ambient) * direct
    bright *= 1 - each(0.4, 1.1) * np.minimum(_crease(depth, size), 0.85)
    bright *= 1 - each(0, 0.2) * (1 - nz) ** 2
    skin = each(0.85, 1.25) * np.maximum(bright, 0.02) ** each(0.6, 1.6)
    cloth = each(0.03, 0.6) * (0.5 + 0.5 * nz)
    dressed = (each(0, 1) < 0.3) & (seen.bone == SLEEVE)
    lit: Floats = np.where(dressed, cloth, skin)
    return lit


def _smooth_normals(seen: Surface, finger: float) -> tuple[Floats, Floats]:
    """x and y of the normals, smoothed: skin covers the joints between the bones of the palm."""
    palm = (seen.bone >= 0) & (seen.bone < FINGERS.start)
    x, y = (
        np.where(palm, _blurred(part, finger), _blurred(part, 0.2 * finger))
        for part in (seen.x, seen.y)
    )
    return x, y


def _shadow(depth: Floats, way: tuple[float, float], slope: Floats, finger: float) -> Floats:
    """The shadow of higher parts towards the light, from 0 to 1."""
    shadow = np.zeros_like(depth)
    for step in _SHADOW_STEPS:
        right, down = (round(part * step * finger) for part in way)
        higher = _moved(depth, right, down) - depth - slope * (step * 0.8) - 0.2
        np.maximum(shadow, np.clip(higher * 0.8, 0, 1), out=shadow)
    return shadow


def _crease(depth: Floats, finger: float) -> Floats:
    """The darkness of parts lower than their surroundings, from 0 to 1.3."""
    near, far = _blurred(depth, 0.5 * finger), _blurred(depth, 1.3 * finger)
    crease: Floats = np.clip((near - depth) * 0.45, 0, 0.7) + np.clip((far - depth) * 0.36, 0, 0.6)
    return crease


def _background(each: Each, rng: np.random.Generator, count: int) -> Floats:
    """A wall with soft light; in some pictures with the edge of a desk, a door or a body."""
    grid = (np.arange(FINE, dtype=np.float32) + np.float32(0.5)) / FINE
    x, y = grid[None, None, :], grid[None, :, None]

    def sometimes(probability: float) -> npt.NDArray[np.bool_]:
        return rng.random((count, 1, 1)) < probability

    wall = each(0.65, 1.15) + each(-0.05, 0.4) * (x - 0.5) * 2 + each(-0.14, 0.1) * (0.5 - y) * 2
    desk = y > each(0.75, 1.0) + each(-0.12, 0.12) * (x - 0.5)
    wall = np.where(sometimes(0.12) & desk, wall * each(0.2, 0.9), wall)
    door = x < each(0.02, 0.25) + each(-0.1, 0.1) * (y - 0.5)
    wall = np.where(sometimes(0.1) & door, wall * each(0.1, 0.8), wall)
    body = (x - each(0.7, 1.3)) ** 2 + (y - each(0.8, 1.3)) ** 2 < each(0.05, 0.3)
    stripes = each(0.05, 1.0) + 0.04 * np.sin(y * each(20, 90))
    wall = np.where(sometimes(0.12) & body, stripes, wall)
    clipped: Floats = np.clip(wall, 0.02, 1.2)
    return clipped


def _blurred(values: Floats, sigma: float) -> Floats:
    """Pictures (count, side, side) with a Gaussian blur.

    A matrix product along each axis is faster than a filter.
    """
    side = values.shape[1]
    weights = ndimage.gaussian_filter1d(np.eye(side, dtype=np.float32), sigma, axis=0, truncate=2.5)
    blurred: Floats = weights @ (values @ weights.T)
    return blurred


def _moved(values: Floats, right: int, down: int) -> Floats:
    """The values at (x + right, y + down), clamped at the edge."""
    rows = np.clip(np.arange(values.shape[1]) + down, 0, values.shape[1] - 1)
    columns = np.clip(np.arange(values.shape[2]) + right, 0, values.shape[2] - 1)
    return values[:, rows][:, :, columns]
