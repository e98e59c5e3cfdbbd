"""The built-in digits: MNIST's conventions, topology, and readers that learnt from other digits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage
from sklearn.datasets import load_digits

from datasets import digit_skeletons, digit_strokes, pen
from datasets.drawn_digits import Examples, drawn_digits

STILL = pen.Hand(slant=(0, 0), aspect=0, turn=0, balance=0, bend=0)
FINE = pen.Pen(width=(1.6, 0), softness=(0.5, 0), pressure=0)


@pytest.fixture(scope="module")
def parts() -> dict[str, Examples]:
    return drawn_digits(strokes=2000, skeletons=1000, held_out=300)


def holes(picture: npt.NDArray[np.uint8]) -> int:
    """Pieces of paper that ink surrounds (four neighbours), of three pixels at least."""
    pieces, count = ndimage.label(np.pad(picture, 1) < 100)
    sizes = ndimage.sum(pieces > 0, pieces, range(1, count + 1))
    return int((sizes >= 3).sum()) - 1


def test_parts_have_the_rows_asked_for(parts: dict[str, Examples]) -> None:
    assert {name: len(x) for name, (x, _) in parts.items()} == {
        "train": 3000,
        "validation": 300,
        "test": 300,
    }
    for x, digits in parts.values():
        assert x.shape[1:] == (28, 28)
        assert x.dtype == np.uint8
        assert digits.dtype == np.uint8
        assert set(digits) == set(range(10))
        assert x.min() == 0
        assert x.max() == 255
    every = np.concatenate([x for x, _ in parts.values()]).reshape(3600, -1)
    assert len(np.unique(every, axis=0)) == 3600, "no picture is in two parts"


def test_the_seed_decides(parts: dict[str, Examples]) -> None:
    again = drawn_digits(strokes=2000, skeletons=1000, held_out=300)
    other = drawn_digits(strokes=2000, skeletons=1000, held_out=300, seed=21)
    np.testing.assert_array_equal(again["train"][0], parts["train"][0])
    assert (other["train"][0] != parts["train"][0]).any()


def test_placed_as_mnists_digits(parts: dict[str, Examples]) -> None:
    """A box of 20×20 (soft edges add a little); the centre of mass within half a pixel of pixel 14,
    counted from 0, as measured on MNIST: 13.99 down and 14.00 across, in [13.5, 14.5]."""
    x = parts["train"][0]
    sides = np.stack([(x > 127).any(axis=axis).sum(axis=1) for axis in (1, 2)])
    assert 19 <= np.median(sides.max(axis=0)) <= 21
    assert sides.max() <= 22
    centres = np.array([ndimage.center_of_mass(picture) for picture in x[:1000].astype(float)])
    np.testing.assert_allclose(centres.mean(axis=0), 14, atol=0.05)
    assert np.abs(centres - 14).max() <= 0.5 + 1e-9


def test_the_pen_is_as_wide_as_asked() -> None:
    upright = np.stack([np.zeros(96), np.linspace(-0.5, 0.5, 96)], axis=1)[None].astype(np.float32)
    wide = pen.Pen(width=(4, 0), softness=(0.5, 0), pressure=0)
    picture = pen.draw(upright, np.random.default_rng(1), wide)[0] / 255
    assert picture[10:18].sum(axis=1) == pytest.approx(4.0, abs=0.1)


def test_splines_go_through_their_points_and_straight_lines_stay_straight() -> None:
    points = np.array([[0.0, 0], [0.4, 0.1], [0.6, 0.7], [1, 1]])
    weights = digit_strokes._spline(4, 31)
    np.testing.assert_allclose((weights @ points)[::10], points, atol=1e-12)
    line = np.outer(np.arange(4), [1.0, 2.0])
    np.testing.assert_allclose(weights @ line, np.outer(np.linspace(0, 3, 31), [1, 2]), atol=1e-12)


def test_each_way_of_writing_is_whole() -> None:
    known = digit_strokes.ways()
    assert sorted(known) == list(range(10))
    for ways in known.values():
        for way in ways:
            assert way.weight > 0
            assert sum(way.points) == digit_strokes.POINTS
            assert all(len(stroke) >= 2 for stroke in way.strokes)
            every = np.concatenate(way.strokes)
            assert every.min() >= -0.01
            assert every[:, 1].max() == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("digit", [0, 6, 8, 9])
def test_most_ways_of_writing_have_the_holes_of_their_digit(digit: int) -> None:
    lines = np.stack(
        [
            digit_strokes._line(way, [s[None] for s in way.strokes])[0]
            for way in digit_strokes.ways()[digit]
        ]
    )
    rng = np.random.default_rng(2)
    pictures = pen.draw(pen.vary(lines, rng, STILL), rng, FINE)
    right = [holes(picture) in digit_skeletons.HOLES[digit] for picture in pictures]
    assert np.mean(right) > 0.5


def test_blended_ways_are_alike() -> None:
    for digit, ways in digit_strokes.ways().items():
        partners = digit_strokes._partners(digit)
        for first, row in enumerate(partners):
            assert first in row
            assert all(len(ways[j].strokes) == len(ways[first].strokes) for j in row)


def test_skeletons_are_thin_and_have_the_holes_of_their_digits() -> None:
    known = digit_skeletons.skeletons()
    counts = np.bincount(known.digits, minlength=10)
    assert counts.min() >= 100
    samples = load_digits().target[known.samples]
    np.testing.assert_array_equal(samples, known.digits)
    for points in known.points[::50]:
        assert points.min() >= 0
        assert points.max() <= 1


@pytest.mark.slow
def test_a_reader_of_real_thinned_digits_reads_the_drawn_strokes() -> None:
    """The two sources know nothing of each other: the labels of one come from scikit-learn's set,
    those of the other from the file of strokes. Nearest neighbours among one tell the other's."""
    known, known_digits = blurred(digit_skeletons.skeleton_lines, 3000, seed=1)
    asked, digits = blurred(digit_strokes.stroke_lines, 12_000, seed=2)
    told = known_digits[(asked @ known.T).argmax(axis=1)]
    assert (told == digits).mean() > 0.7
    for digit in range(10):
        assert (told == digits)[digits == digit].mean() > 0.5, digit


def blurred(
    lines: Callable[[npt.NDArray[np.uint8], np.random.Generator], npt.NDArray[np.float32]],
    count: int,
    seed: int,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    """Pictures as rows (count, 784) of length 1, and their digits."""
    rng = np.random.default_rng(seed)
    digits = rng.integers(10, size=count).astype(np.uint8)
    pictures = pen.draw(pen.vary(lines(digits, rng), rng, pen.Hand()), rng, pen.Pen())
    rows = ndimage.gaussian_filter(pictures.astype(float), (0, 1.5, 1.5)).reshape(count, -1)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), digits
