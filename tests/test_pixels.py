"""Pictures as a network sees them: by other means in Python, and the same in the browser's half."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from modelpress import pixels
from modelpress.pixels import Box
from tests.twins import levels, picture, twin


def photo(height: int, width: int, seed: int = 0, opaque: bool = True) -> npt.NDArray[np.uint8]:
    """A random picture, RGBA: blotches, so that neighbours are alike as in a photograph."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (-(-height // 5), -(-width // 5), 4), np.uint8)
    rgba = np.kron(coarse, np.ones((5, 5, 1), np.uint8))[:height, :width]
    if opaque:
        rgba[..., 3] = 255
    return rgba


def test_grey_is_that_of_pillow() -> None:
    rgba = photo(40, 30)
    expected = np.asarray(Image.fromarray(rgba[..., :3]).convert("L"), np.float64)
    assert np.abs(pixels.grey(rgba) - expected).max() <= 0.51  # Pillow rounds


def test_what_is_transparent_lies_on_white() -> None:
    black = np.zeros((1, 3, 4), np.uint8)
    black[0, :, 3] = (0, 51, 255)
    assert pixels.grey(black).tolist() == [[255, 204, 0]]
    assert pixels.color(black).tolist() == [[[255] * 3, [204] * 3, [0] * 3]]


def test_colour_is_that_of_pillow() -> None:
    rgba = photo(60, 45, opaque=False)
    on_white = Image.new("RGBA", (45, 60), "white")
    on_white.alpha_composite(Image.fromarray(rgba))
    expected = np.asarray(on_white.convert("RGB"), np.float64)
    assert np.abs(pixels.color(rgba) - expected).max() <= 1  # Pillow rounds twice
    # Its box filter takes the mean of an area, too.
    opaque = photo(60, 45)
    small = Image.fromarray(opaque[..., :3]).resize((15, 20), Image.Resampling.BOX)
    seen = pixels.network_view(opaque, 20, 15, contrast=False, channels=3)
    assert np.abs(seen.astype(int) - np.asarray(small, int)).max() <= 1


def test_contrast_keeps_the_hue() -> None:
    """The channels are stretched by one line, so that grey stays grey and red redder than blue."""
    image = photo(40, 40)[..., :3] // 4 + 60
    image[0, 0] = 90
    found = pixels.stretch(image).astype(float)
    assert found.shape == image.shape
    assert np.ptp(found[0, 0]) == 0
    inner = (found > 0) & (found < 255)
    slope, start = np.polyfit(image[inner], found[inner], 1)
    assert np.abs(image[inner] * slope + start - found[inner]).max() <= 1


@pytest.mark.parametrize(("size", "to"), [((56, 84), (28, 28)), ((30, 45), (28, 20)), ((5, 7), 28)])
def test_scaled_is_the_mean_of_the_area(size: tuple[int, int], to: int | tuple[int, int]) -> None:
    tall, wide = to if isinstance(to, tuple) else (to, to)
    image = pixels.grey(photo(*size))
    # Each pixel made to × to ones: every pixel of the result then covers whole ones.
    fine = np.kron(image, np.ones((tall, wide)))
    expected = fine.reshape(tall, size[0], wide, size[1]).mean(axis=(1, 3))
    found = pixels.scaled(image, Box(0, 0, size[1], size[0]), tall, wide)
    assert np.abs(found - expected).max() < 1e-9


def test_the_box_is_cut_out_at_fractions_too() -> None:
    ramp = np.tile(np.arange(10.0), (4, 1))
    found = pixels.scaled(ramp, Box(1.5, 1, 4, 2), 1, 2)
    # From 1.5 to 3.5: half of 1, all of 2, half of 3; from 3.5 to 5.5 likewise.
    assert found.tolist() == [[2, 4]]


def test_the_centre_box_has_the_ratio_of_what_is_wanted() -> None:
    assert pixels.centre_box(640, 480, 28, 28) == Box(80, 0, 480, 480)
    assert pixels.centre_box(480, 640, 28, 28) == Box(0, 80, 480, 480)
    assert pixels.centre_box(100, 100, 28, 14) == Box(0, 25, 100, 50)


def test_stretch_fills_the_range_but_for_a_hundredth_at_either_end() -> None:
    image = np.linspace(100, 140, 784).astype(np.uint8).reshape(28, 28)
    image[0, :7], image[-1, -7:] = 0, 255  # seven of 784: a glint and dead pixels
    found = pixels.stretch(image)
    assert found.dtype == np.uint8
    low, high = np.percentile(image.astype(float), [1, 99])
    expected = np.clip((image.astype(float) - low) / (high - low) * 255, 0, 255)
    assert np.abs(found - expected).max() <= 3  # percentiles may lie between two pixels
    assert (found.min(), found.max()) == (0, 255)


def test_noise_is_not_blown_up() -> None:
    flat = np.full((28, 28), 90, np.uint8)
    assert set(pixels.stretch(flat).ravel().tolist()) == {128}
    flat[::2] = 92
    assert np.ptp(pixels.stretch(flat)) in (31, 32)  # two levels of the 16 that fill the range


def test_many_are_stretched_as_one_each() -> None:
    images = np.random.default_rng(1).integers(0, 256, (9000, 5, 6), np.uint8)
    images[0] = 7
    found = pixels.stretch_all(images)
    assert found.shape == images.shape
    for i in (0, 1, 4095, 4096, 8999):
        assert (found[i] == pixels.stretch(images[i])).all()
    assert pixels.stretch_all(images[:0]).shape == (0, 5, 6)


def test_text_of_pixels_survives_a_link() -> None:
    image = np.random.default_rng(2).integers(0, 256, (28, 28), np.uint8)
    text = pixels.text_of(image)
    assert text.replace("-", "").replace("_", "").isalnum()
    assert (pixels.from_text(text, 28, 28) == image).all()
    for wrong in ("", "AAAA", text[:-4], text + "AAAA", text[:-1] + "%", "é" * 1046):
        with pytest.raises(ValueError, match="28 × 28"):
            pixels.from_text(wrong, 28, 28)
    color = np.random.default_rng(3).integers(0, 256, (5, 4, 3), np.uint8)
    assert (pixels.from_text(pixels.text_of(color), 5, 4, 3) == color).all()
    with pytest.raises(ValueError, match="60 bytes, red, green and blue of each pixel"):
        pixels.from_text(pixels.text_of(color[..., 0]), 5, 4, 3)


def test_the_browser_sees_the_same_to_the_level(tmp_path: Path) -> None:
    cases, expected = [], []
    sizes = [(28, 28), (29, 61), (480, 640), (100, 3), (1, 1), (13, 17)]
    for seed, (height, width) in enumerate(sizes):
        rgba = photo(height, width, seed, opaque=seed % 2 == 0)
        for contrast, invert, channels in itertools.product((True, False), (False, True), (1, 3)):
            wanted: dict[str, Any] = {"height": 28, "width": 20, "channels": channels}
            wanted |= {"contrast": contrast, "invert": invert}
            box = Box(width * 0.1, height * 0.2, width * 0.7, height / 3) if invert else None
            seen = pixels.network_view(rgba, **wanted, box=box)
            cases.append({"picture": picture(rgba), "seeing": wanted, "box": box and box._asdict()})
            expected.append((seen, pixels.text_of(seen)))
    body = """
      const seen = twin.networkView(image(each.picture), each.seeing, each.box ?? undefined);
      const link = twin.textOf(seen);
      const count = 560 * each.seeing.channels;
      return [text(seen), link, text(twin.fromText(link, count)), twin.fromText(link + "A", count)];
    """
    for (seen, link), found in zip(
        expected, twin("inputs/widgets/pixels", body, cases, tmp_path), strict=True
    ):
        assert (levels(found[0], *seen.shape) == seen).all()
        assert found[1:] == [link, found[0], None]


def test_the_largest_picture_has_a_text_in_the_browser(tmp_path: Path) -> None:
    """A call has fewer arguments than such a picture has bytes."""
    image = np.random.default_rng(4).integers(0, 256, (256, 256, 3), np.uint8)
    case = [base64.b64encode(image.tobytes()).decode()]
    (found,) = twin("inputs/widgets/pixels", "return twin.textOf(bytes(each));", case, tmp_path)
    assert found == pixels.text_of(image)
