"""Something drawn, found in a picture of it: as the drawing itself would be, in both halves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from modelpress.inputs import Drawing
from modelpress.kinds.drawing_raster import raster, strokes_of
from tests.oracles.handwriting import written
from tests.twins import levels, picture, twin

THREE = Drawing().default


def page(
    size: tuple[int, int], ink: int, paper: int, thick: int = 30, shade: int = 0
) -> npt.NDArray[np.uint8]:
    """A photograph of the drawing on paper, light falling off by `shade` levels to one side."""
    width, height = size
    canvas = Image.new("L", size, 0)
    pen = ImageDraw.Draw(canvas)
    unit = min(size) / 400
    for stroke in strokes_of(THREE):
        points = [((x + 60) * unit, (y + 60) * unit) for x, y, _ in stroke]
        pen.line(points, fill=255, width=round(thick * unit), joint="curve")
        radius = thick * unit / 2
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    share = np.asarray(canvas, float) / 255
    grey = paper + share * (ink - paper) - np.linspace(0, shade, width)
    rgba = np.full((height, width, 4), 255, np.uint8)
    rgba[..., :3] = np.clip(grey, 0, 255)[..., np.newaxis]
    return rgba


PAGES = {
    "dark on light": page((600, 800), 30, 230),
    "light on dark": page((800, 600), 240, 20),
    "uneven light": page((700, 500), 60, 220, shade=90),
    "pencil": page((640, 480), 150, 205, thick=14),
    "small": page((40, 40), 0, 255),
    "wide": page((1000, 300), 0, 255),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_picture_of_a_drawing_is_the_drawing(name: str) -> None:
    found = written(PAGES[name])
    assert found is not None
    pen = 2.8 if name != "pencil" else 1.6
    drawing = raster(strokes_of(THREE), pen).astype(float)
    # A picture is moved by whole pixels, a drawing by parts of one: laid on each other, they agree.
    away = np.subtract(ndimage.center_of_mass(found), ndimage.center_of_mass(drawing))
    assert np.abs(away).max() < 0.55, name
    expected = ndimage.shift(drawing, away, order=1)
    lengths = np.linalg.norm(found.astype(float)) * np.linalg.norm(expected)
    cosine = (found * expected).sum() / lengths
    assert cosine > 0.9, name
    rows, columns = np.nonzero(found > 127)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)


def test_mnists_own_manner_stays_as_it_is() -> None:
    """A picture that is already centred and scaled comes out nearly the same."""
    image = written(PAGES["wide"])
    assert image is not None
    # Near the edge of the pixel a little ink more or less would move it by a whole one.
    assert np.abs(np.subtract(ndimage.center_of_mass(image), 14)).max() < 0.4
    rgba = np.full((28, 28, 4), 255, np.uint8)
    rgba[..., :3] = image[..., np.newaxis]
    found = written(rgba)
    assert found is not None
    assert np.abs(found.astype(int) - image).mean() < 6


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_page_holds_no_drawing(level: int) -> None:
    rgba = np.full((300, 200, 4), level, np.uint8)
    rgba[..., 3] = 255
    assert written(rgba) is None
    rgba[100:150, 50:100, 0] ^= 8  # a stain, too faint to be ink
    assert written(rgba) is None


def test_the_browser_finds_the_same_to_the_level(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = [
        rng.integers(0, 256, (int(h), int(w), 4), np.uint8) for h, w in rng.integers(1, 200, (8, 2))
    ]
    pictures = [*PAGES.values(), *noise, np.full((9, 9, 4), 200, np.uint8)]
    body = "const found = twin.extractDrawing(image(each)); return found && text(found);"
    answers = twin(
        "inputs/widgets/handwriting", body, [picture(rgba) for rgba in pictures], tmp_path
    )
    for rgba, found in zip(pictures, answers, strict=True):
        expected = written(rgba)
        if expected is None:
            assert found is None
        else:
            assert (levels(found, 28, 28) == expected).all()
    assert answers[-1] is None
