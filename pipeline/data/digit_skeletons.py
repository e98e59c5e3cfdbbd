"""The 1,797 small real digits that come with scikit-learn, thinned to the lines of their pens.

They are 8×8 pictures with 17 levels, written by 13 of the people of the set "Optical Recognition of
Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998, CC BY 4.0). Each is enlarged, cut at several
levels and thinned; a thinning is kept only where it has as many holes as its digit should have.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.morphology import skeletonize
from sklearn.datasets import load_digits

from pipeline.data.digit_strokes import POINTS

HOLES = ((1,), (0,), (0, 1), (0,), (0, 1), (0,), (1,), (0,), (2,), (1,))
"""How many holes the digits 0 to 9 may have."""

# fmt: off
ONLY: dict[int, tuple[int, ...]] = {
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
"""Samples used of the ones and fours; of the other digits, all are. Many of these writers draw a
one with a long flag, elsewhere read as a seven, and a four that thins to a six: kept are those to
which a network trained on `digit_strokes` alone gave a probability of at least 0.7."""

_ENLARGED = 6
_SHARPENED = (0.0, 1.5)
_LEVELS = (0.3, 0.42, 0.55, 0.68)
_SMALLEST = 20
"""Pixels of a thinning below which it is taken for a speck."""


@dataclass(frozen=True)
class Skeletons:
    """points: for each skeleton (n, 2), x and y in heights of the picture, in no order along the
    pen; digits: (N,) uint8; samples: (N,), the index in scikit-learn's set."""

    points: tuple[npt.NDArray[np.float64], ...]
    digits: npt.NDArray[np.uint8]
    samples: npt.NDArray[np.intp]


def skeleton_lines(
    digits: npt.NDArray[np.uint8], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """A real skeleton for each of `digits` (N,): points (N, 128, 2) as x and y."""
    known = skeletons()
    lines = np.empty((len(digits), POINTS, 2))
    spread = [_spread(points) for points in known.points]
    for digit in range(10):
        rows = np.flatnonzero(digits == digit)
        choice = np.flatnonzero(known.digits == digit)
        for row, index in zip(rows, rng.choice(choice, len(rows)), strict=True):
            lines[row] = spread[index]
    return lines


@cache
def skeletons() -> Skeletons:
    """Every usable thinning of every digit of the set; takes about four seconds, once."""
    pictures, labels = load_digits(return_X_y=True)
    points, digits, samples = [], [], []
    for sample, (picture, digit) in enumerate(zip(pictures, labels, strict=True)):
        if sample not in ONLY.get(int(digit), (sample,)):
            continue
        for thinned in _thinnings(picture.reshape(8, 8) / 16, HOLES[digit]):
            points.append(thinned)
            digits.append(digit)
            samples.append(sample)
    return Skeletons(tuple(points), np.array(digits, np.uint8), np.array(samples))


def _thinnings(
    picture: npt.NDArray[np.float64], holes: tuple[int, ...]
) -> list[npt.NDArray[np.float64]]:
    large = ndimage.zoom(
        np.pad(picture, 1), _ENLARGED, order=3, grid_mode=True, mode="grid-constant"
    )
    large = ndimage.gaussian_filter(large, 1.0)
    detail = large - ndimage.gaussian_filter(large, 6)
    found = []
    for sharpened in _SHARPENED:
        for level in _LEVELS:
            ink = _largest_piece(large + sharpened * detail > level)
            if ink is None or ndimage.label(~ink)[1] - 1 not in holes:
                continue
            pixels = np.argwhere(skeletonize(ink)).astype(float)[:, ::-1]
            if len(pixels) >= _SMALLEST:
                found.append(_smoothed(pixels) / len(large))
    return found


def _largest_piece(ink: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | None:
    """The ink's largest connected piece; None where it is not nearly all of the ink."""
    pieces, count = ndimage.label(ink, np.ones((3, 3)))
    if count == 0:
        return None
    sizes = ndimage.sum(ink, pieces, range(1, count + 1))
    if sizes.max() < 0.9 * sizes.sum():
        return None
    piece: npt.NDArray[np.bool_] = pieces == 1 + sizes.argmax()
    return piece


def _smoothed(pixels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each pixel moved to the mean of its neighbours (Gaussian, 2 pixels): stairs become lines."""
    squared = ((pixels[:, None] - pixels[None]) ** 2).sum(-1)
    near = np.exp(-squared / 8)
    smoothed: npt.NDArray[np.float64] = near / near.sum(axis=1, keepdims=True) @ pixels
    return smoothed


def _spread(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Exactly 128 of a skeleton's points: some left out, or some twice."""
    place = np.arange(POINTS) * max(1.0, len(points) / POINTS)
    spread: npt.NDArray[np.float64] = points[place.astype(int) % len(points)]
    return spread
