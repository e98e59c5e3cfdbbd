"""The 1,797 small real digits that come with scikit-learn, thinned to the lines of their pens.

They are 8×8 pictures with 17 levels, by 13 of the writers of the set "Optical Recognition of
Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998, CC BY 4.0). Each is enlarged, thresholded at
several levels and thinned; a skeleton is kept only if its number of holes fits its digit.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.morphology import skeletonize
from sklearn.datasets import load_digits

from datasets.digit_strokes import POINTS

HOLES = ((1,), (0,), (0, 1), (0,), (0, 1), (0,), (1,), (0,), (2,), (1,))
"""Numbers of holes that the digits 0 to 9 may have."""

# fmt: off
USED_SAMPLES: dict[int, tuple[int, ...]] = {
    1: (
        99, 257, 267, 277, 298, 303, 326, 336, 346, 349, 355, 363, 442, 517, 537, 558, 572,
        601, 609, 615, 623, 647, 657, 667, 688, 693, 702, 716, 726, 731, 736, 739, 753, 777,
        787, 797, 818, 823, 832, 846, 856, 861, 866, 869, 875, 883, 926, 947, 952, 958, 972,
        982, 991, 994, 1008, 1030, 1040, 1050, 1071, 1076, 1083, 1097, 1107, 1112, 1117, 1120,
        1126, 1134, 1199, 1213, 1227, 1237, 1247, 1250, 1256, 1264, 1329, 1334, 1357, 1372,
        1377, 1380, 1386, 1394, 1546, 1556, 1564, 1585, 1590, 1599, 1613, 1621, 1626, 1631,
        1634, 1640, 1648, 1668, 1678, 1688, 1709, 1714, 1723, 1737, 1747, 1752, 1757, 1760,
        1766, 1774,
    ),
    4: (
        134, 250, 260, 270, 280, 356, 496, 530, 650, 929, 946, 966, 970, 998, 1001, 1011, 1012,
        1022, 1033, 1043, 1053, 1070, 1091, 1095, 1114, 1137, 1138, 1526, 1549, 1607, 1628,
        1641, 1651, 1652, 1660, 1661, 1671, 1731, 1767,
    ),
}
# fmt: on
"""Samples used of the ones and fours; of the other digits, all are used.

Many of these writers draw a one with a long flag, elsewhere read as a seven, and a four that thins
to a six. A network trained on `digit_strokes` alone predicts these with a probability of at least
0.7."""

_ENLARGED = 6
_SHARPENED = (0.0, 1.5)
_LEVELS = (0.3, 0.42, 0.55, 0.68)
_SMALLEST = 20
"""Smallest number of pixels of a skeleton; smaller ones are specks."""


@dataclass(frozen=True)
class Skeletons:
    """Skeletons of N digits.

    points: for each skeleton (n, 2), x and y in heights of the picture, not ordered along the pen
    digits: (N,) uint8
    samples: (N,), the index in scikit-learn's set
    """

    points: tuple[npt.NDArray[np.float32], ...]
    digits: npt.NDArray[np.uint8]
    samples: npt.NDArray[np.intp]


def skeleton_lines(
    digits: npt.NDArray[np.uint8], rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """A random skeleton for each of `digits` (N,): x and y, (N, POINTS, 2)."""
    known, spread = skeletons(), _spread()
    chosen = np.empty(len(digits), np.intp)
    for digit in range(10):
        rows = np.flatnonzero(digits == digit)
        chosen[rows] = rng.choice(np.flatnonzero(known.digits == digit), len(rows))
    return spread[chosen]


@cache
def _spread() -> npt.NDArray[np.float32]:
    """Exactly POINTS of each skeleton's points: some are left out, or repeated."""
    known = skeletons().points
    spread = np.empty((len(known), POINTS, 2), np.float32)
    for number, points in enumerate(known):
        places = (np.arange(POINTS) * max(1.0, len(points) / POINTS)).astype(int)
        spread[number] = points[places % len(points)]
    return spread


@cache
def skeletons() -> Skeletons:
    """Every usable skeleton of every digit of the set. Takes about three seconds, once."""
    pictures, labels = load_digits(return_X_y=True)
    usable = [i for i, digit in enumerate(labels) if i in USED_SAMPLES.get(int(digit), (i,))]
    large = _enlarged(pictures[usable].reshape(-1, 8, 8) / 16)
    detail = large - ndimage.gaussian_filter(large, (0, 6, 6))
    points, digits, samples = [], [], []
    for sharpened, level in itertools.product(_SHARPENED, _LEVELS):
        ink, whole = _largest_pieces(large + sharpened * detail > level)
        holes = _labelled(~ink, across=False)[1] - 1
        for place in np.flatnonzero(whole):
            sample = usable[place]
            if holes[place] not in HOLES[labels[sample]]:
                continue
            pixels = np.argwhere(skeletonize(ink[place])).astype(np.float32)[:, ::-1]
            if len(pixels) >= _SMALLEST:
                points.append(_smoothed(pixels) / large.shape[1])
                digits.append(labels[sample])
                samples.append(sample)
    return Skeletons(tuple(points), np.array(digits, np.uint8), np.array(samples))


def _enlarged(pictures: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Pictures (N, 8, 8) with a margin, enlarged six times and smoothed.

    Both operations are linear along each axis, so one matrix does them.
    """
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    size = padded.shape[1]
    weights = ndimage.zoom(
        np.eye(size), (_ENLARGED, 1), order=3, grid_mode=True, mode="grid-constant"
    )
    weights = ndimage.gaussian_filter1d(weights, 1.0, axis=0)
    large: npt.NDArray[np.float32] = (weights @ padded @ weights.T).astype(np.float32)
    return large


def _labelled(
    ink: npt.NDArray[np.bool_], *, across: bool
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]]:
    """Label the connected pieces of pictures (N, height, width).

    Returns the number of each pixel's piece, from 1 on through all pictures and 0 outside, and the
    number of pieces of each picture. across: pixels also touch at their corners.
    """
    within = np.ones((3, 3), bool) if across else ndimage.generate_binary_structure(2, 1)
    structure = np.zeros((3, 3, 3), bool)
    structure[1] = within  # pieces don't connect different pictures
    pieces, _ = ndimage.label(ink, structure)
    last = np.maximum.accumulate(pieces.max(axis=(1, 2)))  # numbered picture by picture
    return pieces, np.diff(last, prepend=0)


def _largest_pieces(
    ink: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The largest connected piece of each picture's ink, and whether it has 90% of the ink."""
    pieces, counts = _labelled(ink, across=True)
    sizes = np.bincount(pieces.ravel())
    owner = np.repeat(np.arange(len(ink)), counts)  # the picture of each piece
    order = np.lexsort((sizes[1:], owner))
    largest = np.zeros(len(ink), np.intp)
    largest[owner[order]] = order + 1  # the last one of each picture, the largest, is kept
    whole = (counts > 0) & (sizes[largest] >= 0.9 * ink.sum(axis=(1, 2)))
    return (pieces == largest[:, None, None]) & ink, whole


def _smoothed(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Each pixel moved to the mean of its neighbours (Gaussian, 2 pixels), to remove steps."""
    near = np.exp(((pixels[:, None] - pixels) ** 2).sum(-1) / np.float32(-8))
    smoothed: npt.NDArray[np.float32] = near / near.sum(axis=1, keepdims=True) @ pixels
    return smoothed
