"""Cells: where each value lies in a layer's picture, and the bytes of that picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from modelpress.core.png import NEGATIVE, POSITIVE, diverging, pixels_png
from modelpress.core.tiles import Layout, layout, levels


@pytest.mark.parametrize(
    ("shape", "columns", "size"),
    [
        ((1,), 1, (1, 1)),
        ((9,), 9, (1, 9)),
        ((100,), 32, (4, 32)),
        ((512,), 64, (8, 64)),
        ((5000,), 64, (32, 64)),  # 2,048 of them
        ((28, 28), 1, (28, 28)),
        ((5, 5, 16), 4, (23, 23)),
        ((2, 2, 300), 8, (23, 23)),  # 64 of them
    ],
)
def test_layouts(shape: tuple[int, ...], columns: int, size: tuple[int, int]) -> None:
    found = layout(shape)
    assert (found.columns, found.size) == (columns, size)
    assert Layout(**found.as_dict()) == found


def test_a_map_is_a_tile_and_a_gap_is_zero() -> None:
    values = np.arange(-6, 6, dtype=np.float32).reshape(2, 2, 3)
    picture = levels(values, Layout(3, 2, 2, 2), top=6)
    assert picture.shape == (5, 5)
    unit = 127 / 6
    assert picture[:2, :2].tolist() == np.rint(values[..., 0] * unit).tolist()
    assert picture[:2, 3:].tolist() == np.rint(values[..., 1] * unit).tolist()
    assert picture[3:, :2].tolist() == np.rint(values[..., 2] * unit).tolist()
    assert not picture[2].any()
    assert not picture[:, 2].any()
    assert not picture[3:, 3:].any()


def test_nothing_at_all_gives_an_empty_picture() -> None:
    assert not levels(np.zeros(9, np.float32), layout((9,)), top=0).any()


def test_a_picture_shows_sign_by_color_and_size_by_strength() -> None:
    cells = np.array([[-127, 0, 127], [-64, 1, 64]], np.int8)
    read = np.asarray(Image.open(io.BytesIO(diverging(cells))).convert("RGBA"))
    assert read.shape == (2, 3, 4)
    assert read[0, 0].tolist() == [*NEGATIVE, 255]
    assert read[0, 2].tolist() == [*POSITIVE, 255]
    assert read[..., 3].tolist() == [[255, 0, 255], [129, 2, 129]]


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3)])
def test_pixels_come_back(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(pixels_png(pixels)))), pixels)


def test_the_pair_stands_out_on_both_papers() -> None:
    """WCAG's 3:1 for marks, on the look's light and dark paper."""
    for color in (NEGATIVE, POSITIVE):
        for paper in ((252, 251, 248), (23, 23, 21)):
            assert contrast(color, paper) >= 3


def contrast(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    def luminance(color: tuple[int, ...]) -> float:
        c = np.array(color) / 255
        linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
