"""Drawing, picture and camera before any script runs: what they show and what they refuse."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from modelpress import inputs
from modelpress.inputs import Camera, Drawing, Input, Picture
from modelpress.kinds.drawing_raster import raster, strokes_of
from modelpress.kinds.picture_html import centre_of_mass
from modelpress.kinds.registry import Context
from modelpress.pixels import stretch, text_of


def shown(html: str, part: str) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The pixels a part of the figure shows as its background."""
    (tag,) = re.findall(rf'<canvas[^>]*data-part="{part}"[^>]*>', html)
    png = base64.b64decode(tag.split("base64,")[1].split(")")[0])
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.mark.parametrize("kind", [Drawing(), Picture(), Camera(), Picture(9, 14, channel=True)])
def test_what_the_network_sees_stands_in_the_page(kind: Input) -> None:
    values = kind.parse(kind.default)
    html = kind.picture(values, Context("f", text=kind.default))
    assert (shown(html, "seen") == values.reshape(values.shape[:2])).all()


def test_a_drawing_is_shown_as_strokes_and_pixels_as_pixels() -> None:
    drawing = Drawing("10.20-30.40_50.60.50-70.80.150-90.100.150")
    values = drawing.parse(drawing.default)
    assert (values == raster(strokes_of(drawing.default), 2.8)).all()
    html = drawing.picture(values, Context("f", text=drawing.default))
    assert html.count("<polyline") == 3  # the second stroke in two pieces, by its pressure
    assert 'points="10,20 30,40" style="--mp-w:1"' in html
    text = drawing.format(values)
    assert drawing.canonical(text) == text
    assert (drawing.parse(text) == values).all()
    assert "<image " in drawing.picture(values, Context("f", text=text))
    assert drawing.canonical(" 10.020-30.40 ") == "10.20-30.40"


def test_a_wider_pen_leaves_more_ink() -> None:
    thin, thick = (Drawing(pen=pen).parse(Drawing().default) for pen in (1.5, 4))
    assert thick.sum() > 1.8 * thin.sum()
    assert inputs.from_spec(Drawing(pen=4).spec()).parse(Drawing().default).sum() == thick.sum()


def test_what_makes_no_sense_is_refused() -> None:
    for pen in (0, 0.9, 8.1, float("nan")):
        with pytest.raises(ValueError, match="pen 1 to 8"):
            Drawing(pen=pen)
    for text in ("", "hello"):
        with pytest.raises(ValueError, match="not a drawing"):
            Drawing(text)
    for size in ((1, 28), (28, 257)):
        with pytest.raises(ValueError, match="sides of 2 to 256"):
            Picture(*size)
    with pytest.raises(ValueError, match=r"example 'A' has the shape \(3, 3\)"):
        Camera(examples={"A": np.zeros((3, 3))})
    with pytest.raises(ValueError, match="not a picture of 8 × 8"):
        Picture(8, 8, default="AAAA")


def test_examples_are_stretched_as_pictures_are_and_the_first_is_shown() -> None:
    faint = np.tile(np.arange(100, 128, dtype=np.uint8), (28, 1))
    camera = Camera(examples={"<b>": faint, "B": faint.T, "C": text_of(faint)})
    assert (camera.parse(camera.default) == stretch(faint)).all()
    assert [name for name, _ in camera.spec()["examples"]] == ["<b>", "B", "C"]
    assert camera.spec()["examples"][2][1] == text_of(faint)
    plain = Picture(examples={"A": faint}, contrast=False)
    assert (plain.parse(plain.default) == faint).all()
    html = camera.controls(camera.parse(camera.default), Context("f"))
    assert html.count('data-part="example"') == 3
    assert "<b>" not in html
    golden = camera.golden(np.random.default_rng(1))
    assert any((values == stretch(faint)).all() for _, values in golden)


def test_the_place_of_light() -> None:
    picture = np.zeros((10, 20))
    assert centre_of_mass(picture) == (0.5, 0.5)
    picture[0, 19] = 255
    assert centre_of_mass(picture) == pytest.approx((0.975, 0.95))
