"""Drawings: their text, and their pixels, which are MNIST's manner and the same in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from modelpress.inputs import Drawing
from modelpress.kinds.drawing_raster import PAD, Strokes, raster, strokes_of, strokes_text
from tests.twins import levels, twin

Array = npt.NDArray[np.float64]
PEN = 2.8
TEXTS = [
    Drawing().default,
    "140.140",
    "0.0-280.280",
    "60.60-220.220_220.60-60.220",
    "100.40.20-80.140.200-200.140_180.40.150-180.250.60",
    "10.10-12.10-12.11",
    "250.20-250.260-262.262-30.262",
]


def wandering(seed: int) -> str:
    rng = np.random.default_rng(seed)
    strokes = []
    for _ in range(int(rng.integers(1, 4))):
        places = np.clip(rng.integers(-50, 51, (20, 2)).cumsum(axis=0) + 140, 0, PAD)
        widths = rng.integers(20, 201, 20)
        strokes.append(
            tuple((int(x), int(y), int(w)) for (x, y), w in zip(places, widths, strict=True))
        )
    return strokes_text(tuple(strokes))


def test_text_and_strokes_undo_each_other() -> None:
    for text in [*TEXTS, *(wandering(seed) for seed in range(5))]:
        assert strokes_text(strokes_of(text)) == text
    assert strokes_of("1.2-3.4.50_5.6") == (((1, 2, 100), (3, 4, 50)), ((5, 6, 100),))
    assert strokes_text(strokes_of(" 1.2.100-03.4 ")) == "1.2-3.4"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a drawing"),
        ("3", "not a drawing"),
        ("1.2-", "not a drawing"),
        ("1.2--3.4", "not a drawing"),
        ("1.2,3.4", "not a drawing"),
        ("-1.2", "not a drawing"),
        ("1.281", "off the pad"),
        ("1.2.300", "width"),
        ("1.2.0", "width"),
        ("-".join(["1.1"] * 4001), "more than 4000"),
    ],
)
def test_other_text_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        strokes_of(text)


@pytest.mark.parametrize("text", TEXTS)
def test_the_pixels_are_those_of_a_fine_drawing_averaged(text: str) -> None:
    """Pillow draws the same strokes forty times as large; each pixel is the mean of its ink."""
    strokes = strokes_of(text)
    found = raster(strokes, PEN) / 255
    points = np.array([point[:2] for stroke in strokes for point in stroke], float)
    extent = np.ptp(points, axis=0).max()
    scale = min((20 - PEN) / extent, 0.4) if extent else 0.4
    fine = 40
    place = np.array([14, 14]) - (points.min(axis=0) + points.max(axis=0)) / 2 * scale
    image = fine_drawing(strokes, scale, place, fine)
    shift = np.clip(14.5 - centre(image), -4, 4)
    image = fine_drawing(strokes, scale, place + shift, fine)
    assert np.abs(found - image).mean() < 0.012
    assert np.abs(found - image).max() < 0.35  # a rim of one pixel stands for the exact share
    assert abs(found.sum() / image.sum() - 1) < 0.06


def fine_drawing(strokes: Strokes, scale: float, place: Array, fine: int) -> Array:
    canvas = Image.new("L", (28 * fine, 28 * fine))
    pen = ImageDraw.Draw(canvas)
    for stroke in strokes:
        dots = []
        for (x0, y0, w0), (x1, y1, w1) in zip(stroke, stroke[1:] or stroke, strict=False):
            for share in np.linspace(0, 1, 60):
                at = np.array([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]) * scale + place
                dots.append((at * fine, PEN / 200 * (w0 + share * (w1 - w0)) * fine))
        for (x, y), radius in dots:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    squares = np.asarray(canvas, np.float64).reshape(28, fine, 28, fine)
    return np.asarray(squares.mean(axis=(1, 3)) / 255)


def centre(image: npt.NDArray[Any]) -> Array:
    """Centre of mass, x and y, in pixels from the top left corner."""
    places = np.arange(28) + 0.5
    moments = [image.sum(axis=0) @ places, image.sum(axis=1) @ places]
    return np.asarray(np.asarray(moments) / image.sum(), np.float64)


@pytest.mark.parametrize("text", TEXTS)
def test_a_drawing_is_placed_as_mnists_digits_are(text: str) -> None:
    image = raster(strokes_of(text), PEN)
    rows, columns = np.nonzero(image > 127)
    if text not in ("140.140", "10.10-12.10-12.11"):  # too small to fill the box
        assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20, 21)
    assert np.abs(centre(image) - 14.5).max() < 0.1  # the middle of pixel 14, as MNIST's mean
    # The same drawing elsewhere, or of another size, is the same picture.
    small = tuple(tuple((x // 2, y // 2, w) for x, y, w in stroke) for stroke in strokes_of(text))
    if max(np.ptp(rows), np.ptp(columns)) > 15:
        assert np.abs(raster(small, PEN).astype(int) - image).mean() < 4


def test_nothing_drawn_is_black() -> None:
    assert not raster((), PEN).any()


def test_a_lopsided_drawing_stays_inside() -> None:
    """Its centre of mass can't be brought to the middle without losing ink."""
    scribble = "-".join(f"{x}.{y}" for x in range(0, 30, 3) for y in (0, 30)) + "-280.280"
    image = raster(strokes_of(scribble), PEN)
    assert not (image[0] > 127).any()
    assert not (image[:, 0] > 127).any()
    assert np.count_nonzero(image > 127) > 40


def test_the_browser_draws_the_same_to_the_level(tmp_path: Path) -> None:
    texts = [*TEXTS, *(wandering(seed) for seed in range(40))]
    body = """
      const strokes = twin.strokesOf(each.text);
      return [text(twin.raster(strokes, each.pen)), twin.strokesText(strokes)];
    """
    cases = [{"text": text, "pen": pen} for text in texts for pen in (PEN, 1.7)]
    for case, found in zip(
        cases, twin("inputs/widgets/strokes", body, cases, tmp_path), strict=True
    ):
        expected = raster(strokes_of(str(case["text"])), float(str(case["pen"])))
        assert (levels(found[0], 28, 28) == expected).all(), case
        assert found[1] == case["text"]


def test_the_browser_refuses_the_same_texts(tmp_path: Path) -> None:
    texts = ["", "3", "1.2-", "1.2,3.4", "1.281", "1.2.300", "1.2.0", "-".join(["1.1"] * 4001)]
    assert twin("inputs/widgets/strokes", "return twin.strokesOf(each);", texts, tmp_path) == [
        None
    ] * len(texts)
