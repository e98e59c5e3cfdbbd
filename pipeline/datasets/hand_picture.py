"""From bones to pictures: the bone, depth and normal of each pixel.

Hands are drawn in parallel projection at twice the size, all hands of a batch at once, one bone
after the other; the nearest bone hides the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datasets.hand_poses import Pose
from datasets.hand_shape import SLEEVE

Floats = npt.NDArray[np.float32]

SIDE = 28
FINE = 2 * SIDE
_BEHIND = np.float32(-1e4)


@dataclass(frozen=True)
class Surface:
    """The visible surface, each array (count, FINE, FINE).

    depth: towards the viewer, in fine pixels
    x, y: of the unit normal, x right, y down
    bone: number of the bone, −1 where there is none
    """

    depth: Floats
    x: Floats
    y: Floats
    bone: npt.NDArray[np.int8]


def place(bones: Floats, pose: Pose, rng: np.random.Generator) -> Floats:
    """The bones (count, n, 8) in fine pixels, y down.

    The hand without its arm fills the picture as in the pose, moved and scaled a little at random.
    """
    count, hand = len(bones), bones[:, SLEEVE + 1 :]
    ends = np.concatenate([hand[:, :, [0, 1, 6]], hand[:, :, [3, 4, 7]]], axis=1)
    low = (ends[:, :, :2] - ends[:, :, 2:]).min(axis=1)
    high = (ends[:, :, :2] + ends[:, :, 2:]).max(axis=1)
    size = (high - low).max(axis=1)
    # A fist fills less of a picture than an open hand: people keep their distance.
    fill = 0.94 * np.exp(rng.normal(-0.02, 0.07, count)) - 0.12 * np.clip(1.9 - size, 0, 1)
    scale = (fill * pose.fill / size * FINE).astype(np.float32)[:, None]
    middle = (low + high) / 2
    at = FINE * (0.5 + np.array(pose.shift) + rng.normal(0, 0.045, (count, 2)))
    at[:, 1] += 0.02 * FINE
    at = at.astype(np.float32)
    out: Floats = bones * scale[:, :, None]
    for x in (0, 3):
        out[:, :, x] += at[:, :1] - middle[:, :1] * scale
        out[:, :, x + 1] = at[:, 1:] - out[:, :, x + 1] + middle[:, 1:] * scale
    return out


def surface(bones: Floats) -> Surface:
    """The visible surface of placed bones (count, n, 8)."""
    shape = (len(bones), FINE, FINE)
    seen = Surface(
        np.full(shape, _BEHIND),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float32),
        np.full(shape, -1, np.int8),
    )
    for number in range(bones.shape[1]):
        _draw(seen, bones[:, number], number)
    return seen


def _draw(seen: Surface, bone: Floats, number: int) -> None:
    """Draw one bone of each hand, (count, 8), where it is nearer than the surface so far."""
    x0, y0, z0, x1, y1, z1, r0, r1 = (column[:, None, None] for column in bone.T)
    reach = np.maximum(r0, r1)
    box = (slice(None), _range(y0, y1, reach), _range(x0, x1, reach))
    grid = np.arange(FINE, dtype=np.float32) + np.float32(0.5)
    px, py = grid[None, None, box[2]] - x0, grid[None, box[1], None] - y0
    if px.size == 0 or py.size == 0:
        return
    dx, dy, dz = x1 - x0, y1 - y0, z1 - z0
    flat_squared = dx * dx + dy * dy + np.float32(1e-3)
    flat = np.sqrt(flat_squared)
    ux, uy = dx / flat, dy / flat
    along = px * ux + py * uy
    across = px * uy - py * ux
    # Of the spheres along the bone, the one nearest to the viewer at this pixel: where
    # z(u) + √(r² − d(u)²) is largest, with the mean radius for r.
    mean = (r0 + r1) / 2
    half = np.sqrt(np.maximum(mean * mean - across * across, 0))
    u = along * (1 / flat) + half * (dz / (flat * np.sqrt(flat_squared + dz * dz)))
    np.minimum(np.maximum(u, 0, out=u), 1, out=u)
    radius = r0 + u * (r1 - r0)
    shrink = 1 / radius
    nx, ny = (px - u * dx) * shrink, (py - u * dy) * shrink
    rest = 1 - nx * nx - ny * ny
    depth = z0 + u * dz + radius * np.sqrt(np.maximum(rest, 0))
    front = (rest > 0) & (depth > seen.depth[box])
    if number == SLEEVE:
        front &= along > 0
    np.copyto(seen.depth[box], depth, where=front)
    np.copyto(seen.x[box], nx, where=front)
    np.copyto(seen.y[box], ny, where=front)
    np.copyto(seen.bone[box], np.int8(number), where=front)


def _range(start: Floats, end: Floats, reach: Floats) -> slice:
    """The range of pixels that the bone covers in any of the hands."""
    low = int(max(0, (np.minimum(start, end) - reach).min()))
    high = int(min(FINE, (np.maximum(start, end) + reach).max() + 1))
    return slice(low, max(low, high))
