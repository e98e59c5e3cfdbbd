"""Augmented pictures, against SciPy's resampling and arithmetic that can be done by hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from modelpress.data import augment


@pytest.fixture
def pictures() -> npt.NDArray[np.uint8]:
    """40 smooth blobs, 28×28, with paper round them."""
    noise = np.random.default_rng(1).random((40, 28, 28))
    noise[:, :6], noise[:, -6:], noise[:, :, :6], noise[:, :, -6:] = 0, 0, 0, 0
    smooth = ndimage.gaussian_filter(noise, (0, 1, 1))
    levels: npt.NDArray[np.uint8] = (255 * smooth / smooth.max()).astype(np.uint8)
    return levels


def test_no_variation_changes_nothing(pictures: npt.NDArray[np.uint8]) -> None:
    same = augment.warped(pictures, np.random.default_rng(2))
    assert same.dtype == np.uint8
    np.testing.assert_array_equal(same, pictures)


def test_the_same_generator_varies_alike_and_another_otherwise(
    pictures: npt.NDArray[np.uint8],
) -> None:
    first, again, other = (
        augment.warped(pictures, np.random.default_rng(seed), shift=1, bend=1) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).all()


def test_places_and_reading_are_scipys_affine_transform(pictures: npt.NDArray[np.uint8]) -> None:
    turn, slant, zoom_x, zoom_y, shift_x, shift_y = chance = np.array(
        [0.3, -0.2, 0.1, -0.15, 1.3, -2.4], np.float32
    )
    x, y = augment._places(np.tile(chance, (len(pictures), 1)), 28, 28)
    ours = augment._read(pictures.astype(np.float32), x, y)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    # SciPy's axes are rows, then columns.
    lean = np.array([[np.exp(zoom_x), np.exp(zoom_x) * slant], [0, np.exp(zoom_y)]])
    matrix = (turned @ lean)[::-1, ::-1]
    middle = np.array([13.5, 13.5])
    offset = middle + np.array([shift_y, shift_x]) - matrix @ middle
    for one, picture in zip(ours, pictures.astype(np.float32), strict=True):
        theirs = ndimage.affine_transform(
            picture, matrix, offset, order=1, mode="grid-constant", cval=0
        )
        np.testing.assert_allclose(one.reshape(28, 28), theirs, atol=0.05)


def test_a_shift_moves_by_as_many_pixels_as_asked(pictures: npt.NDArray[np.uint8]) -> None:
    many = np.repeat(pictures[:1], 4000, axis=0)
    moved = augment.warped(many, np.random.default_rng(5), shift=1.0)
    centres = np.array([ndimage.center_of_mass(picture) for picture in moved.astype(float)])
    np.testing.assert_allclose(centres.std(axis=0), 1.0, rtol=0.05)
    start = ndimage.center_of_mass(pictures[0].astype(float))
    np.testing.assert_allclose(centres.mean(axis=0), start, atol=0.07)


def test_the_bending_has_the_deviation_asked_for_everywhere() -> None:
    bumps = augment._bumps(28, 28)
    field = np.random.default_rng(6).standard_normal((20_000, len(bumps))) @ bumps
    np.testing.assert_allclose(field.std(axis=0), 1.0, rtol=0.04)
    steps = np.diff(field.reshape(-1, 28, 28), axis=2)
    assert steps.std() < 0.25, "the field must be smooth, not noise"


def test_outside_is_paper() -> None:
    white = np.full((1, 28, 28), 255, np.uint8)
    x, y = augment._places(np.array([[0, 0, 0, 0, 28, 0]], np.float32), 28, 28)
    assert not augment._read(white, x, y).any()


def test_mirrored_turns_about_the_share_asked_for() -> None:
    pictures = np.arange(1000 * 12, dtype=np.float32).reshape(1000, 3, 4)
    result = augment.mirrored(pictures, np.random.default_rng(7), share=0.3)
    turned = (result == pictures[:, :, ::-1]).all(axis=(1, 2))
    kept = (result == pictures).all(axis=(1, 2))
    assert (turned ^ kept).all()
    assert 250 < turned.sum() < 350


def test_beyond_the_edge_is_nothing_or_the_edge_again() -> None:
    ramp = np.tile(np.arange(100, 156, 2, dtype=np.uint8), (50, 28, 1))
    nothing = augment.warped(ramp, np.random.default_rng(8), shift=3)
    edge = augment.warped(ramp, np.random.default_rng(8), shift=3, edge=True)
    assert nothing.min() == 0
    assert edge.min() == 100
    assert edge.max() == 154
    inside = nothing[:, 10:18, 10:18]
    np.testing.assert_array_equal(edge[:, 10:18, 10:18], inside)
