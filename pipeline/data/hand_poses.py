"""The letters of the American Sign Language alphabet that need no motion, as poses of a hand.

Frame of the hand: a right hand with its palm towards the viewer. x points to the side of the thumb
(right in the picture), y along the fingers (up), z out of the palm (towards the viewer). The unit
is the length of the palm, from the wrist at (0, 0, 0) to the knuckle of the middle finger.

The poses were set by eye. Several for one letter are ways in which people show it.
"""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")

Finger = tuple[float, float, float, float]
Point = tuple[float, float, float]

FIST: Finger = (82, 100, 55, 0)


@dataclass(frozen=True)
class Pose:
    """One way to show a letter. Angles are in degrees.

    index, middle, ring, little  base, middle, end: how far each joint bends towards the palm; and
            how far the finger leans towards the thumb
    thumb   its middle joint, its end joint and its tip, in the frame of the hand
    view    turns of the whole hand: yaw about y (positive: the palm turns to the right), then pitch
            about x (positive: fingertips towards the viewer), then roll in the plane of the picture
            (positive: counterclockwise)
    arm     direction of the forearm in the picture: 0 straight down, 90 to the right
    weight  how often, against the letter's other poses
    fill    size, against that at which the hand just about fills the picture
    shift   of the hand from the middle, right and down, as a part of the picture
    """

    index: Finger
    middle: Finger
    ring: Finger
    little: Finger
    thumb: tuple[Point, Point, Point]
    view: tuple[float, float, float]
    arm: float = 0
    weight: float = 1
    fill: float = 1.08
    shift: tuple[float, float] = (0, 0.04)


FOLDED = ((0.32, 0.46, 0.13), (0.14, 0.60, 0.15), (-0.06, 0.66, 0.13))  # flat on the palm
FRONT = ((0.40, 0.54, 0.26), (0.32, 0.78, 0.50), (0.04, 0.84, 0.60))  # over the folded fingers
HOLD = ((0.38, 0.50, 0.24), (0.28, 0.76, 0.44), (0.02, 0.90, 0.56))  # over the middle bones
BESIDE = ((0.47, 0.52, 0.18), (0.54, 0.88, 0.28), (0.54, 1.20, 0.30))  # along the fist
AWAY = ((0.50, 0.44, 0.12), (0.80, 0.60, 0.12), (1.08, 0.80, 0.10))
OUT = ((0.48, 0.48, 0.12), (0.76, 0.74, 0.12), (0.98, 1.04, 0.10))

# fmt: off
POSES: dict[str, tuple[Pose, ...]] = {
    "A": (
        Pose(FIST, FIST, FIST, FIST, BESIDE, (-6, -9, -12), arm=-15),
        Pose(
            FIST, FIST, FIST, FIST,
            ((0.44, 0.52, 0.26), (0.48, 0.86, 0.38), (0.46, 1.14, 0.42)), (-2, -9, -12), arm=-15,
        ),
    ),
    "B": (
        Pose((4, 4, 2, -1), (2, 4, 2, 0), (4, 4, 2, 1), (6, 6, 4, 4), FOLDED, (0, 0, -3)),
        Pose(
            (4, 4, 2, -1), (2, 4, 2, 0), (4, 4, 2, 1), (6, 6, 4, 4),
            ((0.34, 0.46, 0.20), (0.16, 0.60, 0.26), (-0.06, 0.66, 0.26)), (0, 0, -3),
        ),
    ),
    "C": (
        Pose(
            (28, 40, 25, 0), (28, 40, 25, 0), (28, 42, 25, 0), (30, 44, 25, 3),
            ((0.32, 0.34, 0.45), (0.20, 0.45, 0.80), (0.12, 0.76, 1.06)), (75, 0, -22),
            arm=-40, fill=1, shift=(0, 0),
        ),
    ),
    "D": (
        Pose(
            (14, 8, 4, 0), (62, 75, 35, 2), (66, 75, 35, 0), (68, 75, 35, 0),
            ((0.42, 0.45, 0.34), (0.30, 0.68, 0.60), (0.10, 0.86, 0.76)), (-8, -8, 2),
        ),
        Pose(
            (14, 8, 4, 0), (56, 102, 45, 2), (58, 102, 45, 0), (60, 102, 45, 0),
            ((0.36, 0.50, 0.22), (0.24, 0.74, 0.34), (0.04, 0.86, 0.38)), (-6, -8, 2),
        ),
    ),
    "E": (
        Pose(
            (48, 112, 48, 0), (48, 112, 48, 0), (48, 112, 48, 0), (50, 112, 48, 2),
            ((0.36, 0.48, 0.20), (0.22, 0.66, 0.30), (-0.06, 0.78, 0.34)), (-2, -6, -8), arm=-6,
        ),
        Pose(
            (60, 110, 48, 0), (60, 110, 48, 0), (60, 110, 48, 0), (62, 110, 48, 2),
            ((0.36, 0.46, 0.20), (0.20, 0.56, 0.28), (-0.06, 0.64, 0.32)), (-4, -20, -8), arm=-6,
        ),
    ),
    "F": (
        Pose(
            (65, 35, 15, 4), (8, 10, 6, 4), (2, 8, 6, -8), (0, 6, 6, -20),
            ((0.42, 0.38, 0.42), (0.38, 0.62, 0.75), (0.32, 0.98, 0.98)), (50, -3, 0), arm=-15,
        ),
    ),
    "G": (
        Pose(
            (24, 8, 5, 0), (72, 95, 50, 0), (74, 95, 50, 0), (78, 95, 50, 0),
            ((0.42, 0.48, 0.26), (0.42, 0.84, 0.34), (0.36, 1.14, 0.40)), (145, 22, -74),
            arm=-42, fill=1.12, shift=(-0.03, 0),
        ),
    ),
    "H": (
        Pose(
            (20, 6, 4, -2), (22, 6, 4, 2), (72, 95, 50, 0), (76, 95, 50, 0),
            ((0.42, 0.46, 0.26), (0.34, 0.78, 0.40), (0.20, 1.02, 0.46)), (155, 22, -80),
            arm=-50, fill=1.12, shift=(-0.05, 0),
        ),
    ),
    "I": (
        Pose(FIST, FIST, FIST, (4, 6, 4, -10), FRONT, (0, -5, -10), arm=-12),
        Pose(FIST, FIST, FIST, (4, 6, 4, -10), BESIDE, (0, -5, -10), arm=-12),
    ),
    "K": (
        Pose(
            (4, 6, 4, 2), (52, 12, 8, -14), (80, 100, 50, 0), (80, 100, 50, 0),
            ((0.40, 0.50, 0.28), (0.30, 0.82, 0.38), (0.16, 1.08, 0.46)), (-20, -5, -6),
        ),
    ),
    "L": (
        Pose((4, 6, 4, 2), FIST, FIST, FIST, AWAY, (5, -5, 0), arm=-10),
    ),
    "M": (
        Pose(
            (64, 80, 32, 0), (62, 80, 32, 0), (64, 80, 32, 0), (84, 98, 50, 0),
            ((0.34, 0.46, 0.18), (0.10, 0.62, 0.16), (-0.20, 0.80, 0.18)), (-6, -7, -10), arm=-8,
        ),
    ),
    "N": (
        Pose(
            (50, 82, 30, 0), (50, 82, 30, 0), (86, 98, 50, 0), (88, 98, 50, 0),
            ((0.34, 0.48, 0.20), (0.18, 0.66, 0.24), (-0.02, 0.88, 0.26)), (-10, -12, -14), arm=-10,
        ),
    ),
    "O": (
        Pose(
            (45, 53, 38, 0), (47, 53, 38, 0), (49, 53, 38, 0), (51, 53, 38, 2),
            ((0.32, 0.40, 0.50), (0.20, 0.66, 0.82), (0.15, 0.99, 0.86)), (72, 0, -18),
            arm=-22, fill=1,
        ),
    ),
    "P": (
        Pose(
            (8, 10, 6, 4), (90, 20, 10, 0), (88, 95, 50, 0), (88, 95, 50, 0),
            ((0.40, 0.50, 0.28), (0.30, 0.82, 0.38), (0.16, 1.08, 0.42)), (-60, 18, 54),
            arm=38, fill=1.15, shift=(0.06, 0.03),
        ),
    ),
    "Q": (
        Pose(
            (34, 15, 8, 0), (72, 80, 40, 0), (76, 80, 40, 0), (80, 80, 40, 0),
            ((0.36, 0.32, 0.42), (0.34, 0.40, 0.78), (0.34, 0.44, 1.10)), (-66, 34, 108),
            arm=25, fill=1.02, shift=(0.02, 0.02),
        ),
        Pose(
            (36, 22, 12, 0), (42, 30, 15, 0), (46, 34, 18, 0), (50, 34, 18, 0),
            ((0.36, 0.32, 0.42), (0.36, 0.38, 0.78), (0.36, 0.42, 1.10)), (-62, 36, 104),
            arm=20, fill=1.02, shift=(0.02, 0.02),
        ),
    ),
    "R": (
        Pose((6, 6, 4, -9), (2, 6, 4, 7), FIST, FIST, HOLD, (-17, -5, -9)),
        Pose((6, 6, 4, -9), (2, 6, 4, 7), FIST, FIST, FRONT, (-17, -5, -9)),
    ),
    "S": (
        Pose(FIST, FIST, FIST, FIST, FRONT, (-4, -12, -12), arm=-12),
    ),
    "T": (
        Pose(
            (44, 6, 4, 0), (104, 95, 50, 0), (106, 95, 50, 0), (108, 95, 50, 0),
            ((0.46, 0.58, 0.05), (0.60, 0.78, 0.02), (0.84, 0.88, -0.02)), (170, 42, -81),
            arm=-14, shift=(0, -0.03),
        ),
    ),
    "U": (
        Pose((4, 6, 4, -1), (2, 6, 4, 1), FIST, FIST, HOLD, (-17, -5, -6)),
        Pose((4, 6, 4, -1), (2, 6, 4, 1), FIST, FIST, FRONT, (-17, -5, -6)),
    ),
    "V": (
        Pose((4, 6, 4, 10), (2, 6, 4, -10), FIST, FIST, HOLD, (-14, -5, -4)),
        Pose((4, 6, 4, 10), (2, 6, 4, -10), FIST, FIST, FRONT, (-14, -5, -4)),
    ),
    "W": (
        Pose(
            (4, 6, 4, 14), (2, 6, 4, 0), (4, 6, 4, -14), FIST,
            ((0.36, 0.48, 0.22), (0.16, 0.66, 0.36), (-0.14, 0.78, 0.50)), (-8, -5, -2),
        ),
    ),
    "X": (
        Pose(
            (2, 82, 32, 0), FIST, FIST, FIST,
            ((0.44, 0.48, 0.30), (0.38, 0.72, 0.56), (0.14, 0.80, 0.66)), (58, -5, -8), arm=-10,
        ),
    ),
    "Y": (
        Pose(FIST, FIST, FIST, (4, 6, 4, -16), OUT, (0, -5, -12), arm=-15),
    ),
}
# fmt: on
