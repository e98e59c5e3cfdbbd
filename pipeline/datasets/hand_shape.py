"""From a pose to bones: many hands in one letter's pose, each with random variations.

A bone is a capsule whose radius changes from one end to the other. Units and axes are those of
`hand_poses`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datasets.hand_poses import Pose

Floats = npt.NDArray[np.float64]

ARM, SLEEVE, PALM, FINGERS = 0, 1, slice(2, 7), slice(7, 22)
"""Places of the parts among the bones of a hand; the fingers end with the thumb's three."""

# Knuckles of index, middle, ring and little finger; lengths of their three bones; radii at the
# knuckle, and the fraction of it at each joint and at the tip.
_KNUCKLES = np.array([[0.30, 0.99, 0], [0.09, 1.03, 0], [-0.12, 0.97, 0], [-0.31, 0.87, 0]])
_LENGTHS = np.array(
    [[0.46, 0.26, 0.19], [0.50, 0.29, 0.20], [0.46, 0.27, 0.20], [0.37, 0.20, 0.17]]
)
_RADII = np.array([0.132, 0.134, 0.126, 0.112])
_TAPER = np.array([1.0, 0.97, 0.90, 0.78])
_THUMB_ROOT = np.array([0.14, 0.16, 0.12])
_THUMB_RADII = np.array([0.27, 0.180, 0.130, 0.105])
_PALM_RADIUS = 0.185
_ARM_LENGTH = 3.0

# Standard deviations, in degrees and palm lengths.
_VIEW = (12, 7, 7)  # yaw, pitch, roll
_ARM_TURN = 14
_BEND_OF_HAND, _BEND_OF_JOINT = 5, 4
_FAN, _LEAN = 2.5, 2.5
_THUMB, _THUMB_JOINT = 0.04, 0.03


def bones(pose: Pose, count: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Bones of `count` hands in `pose`, each with its own proportions, bends and view.

    Returns float32 (count, 22, 8): x, y, z of both ends, then both radii, in palm lengths, as seen
    by the viewer. The bones are the arm, its sleeve, five of the palm, three of each finger and
    three of the thumb.
    """
    thick = np.exp(rng.normal(0, 0.09, count))
    long = np.exp(rng.normal(0, 0.07, count))
    origin = np.tile([-0.02, -0.02, 0.0], (count, 1))
    parts = [_bone(origin, origin, 0.35 * thick, 0.42 * thick), *_palm(thick)]
    bend = rng.normal(0, _BEND_OF_HAND, (count, 1))
    fan = rng.normal(0, _FAN, count)
    for number, finger in enumerate((pose.index, pose.middle, pose.ring, pose.little)):
        given = np.array(finger[:3], float)
        bends = bend + rng.normal(0, _BEND_OF_JOINT, (count, 3))
        bends = np.clip(given + bends * np.clip(given / 40, 0.5, 1.2), -5, 115)
        lean = finger[3] + fan * (1.5 - number) + rng.normal(0, _LEAN, count)
        own = long * np.exp(rng.normal(0, 0.03, count))
        parts += _finger(number, bends, lean, thick, own)
    parts += _thumb(pose, thick, rng)
    hand = np.stack(parts, axis=1)
    turn = rotation(np.array(pose.view) + rng.normal(0, 1, (count, 3)) * _VIEW)
    for ends in (slice(0, 3), slice(3, 6)):
        hand[:, :, ends] = np.einsum("nij,nkj->nki", turn, hand[:, :, ends])
    return _with_arm(hand, pose, rng).astype(np.float32)


def rotation(view: Floats) -> Floats:
    """Rotation matrices (count, 3, 3) of yaw, then pitch, then roll (count, 3), in degrees."""
    yaw, pitch, roll = np.radians(view).T
    zero, one = np.zeros_like(yaw), np.ones_like(yaw)
    c, s = np.cos(yaw), np.sin(yaw)
    about_y = np.array([[c, zero, s], [zero, one, zero], [-s, zero, c]])
    c, s = np.cos(pitch), np.sin(pitch)
    about_x = np.array([[one, zero, zero], [zero, c, -s], [zero, s, c]])
    c, s = np.cos(roll), np.sin(roll)
    about_z = np.array([[c, -s, zero], [s, c, zero], [zero, zero, one]])
    turn: Floats = np.einsum("abn,bcn,cdn->nad", about_z, about_x, about_y)
    return turn


def _bone(start: Floats, end: Floats, from_radius: Floats, to_radius: Floats) -> Floats:
    return np.concatenate([start, end, from_radius[:, None], to_radius[:, None]], axis=1)


def _palm(thick: Floats) -> list[Floats]:
    """Four bones to the knuckles, and the ball of the little finger."""

    def between(start: npt.ArrayLike, end: npt.ArrayLike, wide: float, narrow: float) -> Floats:
        first, last = (np.tile(np.asarray(at, float), (len(thick), 1)) for at in (start, end))
        return _bone(first, last, wide * thick, narrow * thick)

    made = []
    for number, knuckle in enumerate(_KNUCKLES):
        radius = _PALM_RADIUS * (1 if number < 3 else 0.92)
        made.append(between([0.18 - 0.12 * number, 0.04, 0], knuckle, 1.1 * radius, radius))
    made.append(between([-0.22, 0.22, 0.06], [-0.28, 0.66, 0.06], 0.23, 0.20))
    return made


def _finger(number: int, bends: Floats, lean: Floats, thick: Floats, long: Floats) -> list[Floats]:
    lean = np.radians(lean)
    along = np.stack([np.sin(lean), np.cos(lean), np.zeros_like(lean)], axis=1)
    total = np.radians(np.cumsum(bends, axis=1))
    start = np.tile(_KNUCKLES[number], (len(bends), 1))
    radius = _RADII[number] * thick
    made = []
    for joint in range(3):
        angle = total[:, joint, None]
        way = np.cos(angle) * along + np.sin(angle) * np.array([0.0, 0.0, 1.0])
        end = start + _LENGTHS[number, joint] * long[:, None] * way
        made.append(_bone(start, end, radius * _TAPER[joint], radius * _TAPER[joint + 1]))
        start = end
    return made


def _thumb(pose: Pose, thick: Floats, rng: np.random.Generator) -> list[Floats]:
    count = len(thick)
    shift = rng.normal(0, _THUMB, (count, 3))
    joints = [np.tile(_THUMB_ROOT, (count, 1))]
    for number, point in enumerate(pose.thumb):
        own = rng.normal(0, _THUMB_JOINT, (count, 3))
        joints.append(np.array(point) + shift * (number + 1) / 2 + own)
    return [
        _bone(joints[k], joints[k + 1], _THUMB_RADII[k] * thick, _THUMB_RADII[k + 1] * thick)
        for k in range(3)
    ]


def _with_arm(hand: Floats, pose: Pose, rng: np.random.Generator) -> Floats:
    """The bones with the arm in its direction, and a sleeve over its far part after it."""
    count = len(hand)
    angle = np.radians(pose.arm + rng.normal(0, _ARM_TURN, count))
    away = np.stack([np.sin(angle), -np.cos(angle), rng.normal(-0.25, 0.25, count)], axis=1)
    arm = hand[:, ARM]
    arm[:, 3:6] = arm[:, :3] + _ARM_LENGTH * away
    sleeve = arm.copy()
    sleeve[:, :3] += rng.uniform(0.25, 1.6, (count, 1)) * away
    sleeve[:, 6:] *= rng.uniform(1.1, 1.5, (count, 1))
    return np.concatenate([arm[:, None], sleeve[:, None], hand[:, 1:]], axis=1)
