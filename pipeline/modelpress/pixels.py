"""Converts a picture to a network's input: cropped, scaled down, in grey or colour, its contrast
stretched.

`site_assets/src/inputs/widgets/pixels.ts` is the port of this file: it runs the same float64
operations in the same order, so that a picture gives the same levels in the browser and in Python.
A level is a whole number from 0 (black) to 255 (white). Levels of a colour picture have the shape
(h, w, 3): red, green and blue.
"""

from __future__ import annotations

import base64
import binascii
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.uint8]

# Contrast below this many levels is noise and is not amplified further.
FAINTEST = 16
# One pixel in this many is ignored at either end of the contrast: a glint, a dead pixel.
_IGNORED = 100
# Images stretched at a time, to limit memory use.
_AT_ONCE = 4096


class Box(NamedTuple):
    """A rectangle in a picture, in pixels from the top left corner; fractions are allowed."""

    left: float
    top: float
    width: float
    height: float


def grey(rgba: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Returns the brightness of each pixel, float64 0 to 255: luma of ITU-R BT.601 on white.

    rgba: uint8 (h, w, 4), not premultiplied.
    """
    red, green, blue, alpha = np.moveaxis(np.asarray(rgba, np.int64), -1, 0)
    opaque = (299 * red + 587 * green + 114 * blue) * alpha
    return np.asarray((opaque + 255_000 * (255 - alpha)) / 255_000, np.float64)


def color(rgba: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Returns red, green and blue of each pixel on white, float64 (h, w, 3), 0 to 255.

    rgba: uint8 (h, w, 4), not premultiplied.
    """
    values = np.asarray(rgba, np.int64)
    alpha = values[..., 3:]
    return np.asarray((values[..., :3] * alpha + 255 * (255 - alpha)) / 255, np.float64)


def centre_box(width: int, height: int, to_width: int, to_height: int) -> Box:
    """Returns the largest centred box of a width × height picture with the aspect ratio
    to_width : to_height."""
    if width * to_height > height * to_width:
        wide = height * to_width / to_height
        return Box((width - wide) / 2, 0.0, wide, float(height))
    tall = width * to_height / to_width
    return Box(0.0, (height - tall) / 2, float(width), tall)


def scaled(
    image: npt.NDArray[np.float64], box: Box, height: int, width: int
) -> npt.NDArray[np.float64]:
    """Returns `box` of `image`, scaled to (height, width): each pixel is the mean of its area.

    image: float64 (h, w), neither side 0. box: inside the image.
    """
    columns = _means(image.T, box.left, box.width, width)
    return _means(columns.T, box.top, box.height, height)


def _means(
    rows: npt.NDArray[np.float64], start: float, length: float, count: int
) -> npt.NDArray[np.float64]:
    """Returns the means of the rows over `count` equal parts of [start, start + length)."""
    step = length / count
    means = np.zeros((count, rows.shape[1]))
    for i in range(count):
        low, high = start + i * step, start + (i + 1) * step
        for row in range(math.floor(low), min(math.ceil(high), len(rows))):
            share = min(high, row + 1) - max(low, row)
            if share > 0:
                means[i] += rows[row] * share
        means[i] /= high - low
    return means


def whole(values: npt.NDArray[np.float64]) -> Levels:
    """Returns the nearest levels; halves round up."""
    return np.asarray(np.clip(np.floor(values + 0.5), 0, 255), np.uint8)


def inverted(levels: Levels) -> Levels:
    """Returns the negative of an image."""
    return np.asarray(255 - levels, np.uint8)


def stretch(image: npt.ArrayLike) -> Levels:
    """Returns the image with its contrast stretched over 0 to 255.

    The darkest and the brightest hundredth of the pixels are ignored. If the rest spans fewer than
    `FAINTEST` levels, it is stretched as if it spanned that many, around mid-grey.

    The channels of a colour picture are stretched alike, so that its hues stay.

    image: uint8 (h, w) or (h, w, 3).
    """
    return np.asarray(stretch_all(np.asarray(image, np.uint8)[np.newaxis])[0], np.uint8)


def stretch_all(images: npt.ArrayLike) -> Levels:
    """Returns `stretch` of each image; images: uint8 (N, h, w) or (N, h, w, 3)."""
    images = np.asarray(images, np.uint8)
    out = np.empty_like(images)
    for at in range(0, len(images), _AT_ONCE):
        some = images[at : at + _AT_ONCE]
        flat = some.reshape(len(some), -1)
        ordered = np.sort(flat, axis=1)
        ignored = ordered.shape[1] // _IGNORED
        low = ordered[:, ignored].astype(np.float64)
        high = ordered[:, -1 - ignored].astype(np.float64)
        middle = ((low + high) / 2)[:, np.newaxis]
        spread = np.maximum(high - low, FAINTEST)[:, np.newaxis]
        # There are only 256 levels, so one lookup table an image is enough.
        becomes = whole((np.arange(256.0) - middle) * 255 / spread + 127.5)
        out[at : at + _AT_ONCE] = np.take_along_axis(becomes, flat.astype(np.intp), 1).reshape(
            some.shape
        )
    return out


def network_view(
    rgba: npt.ArrayLike,
    height: int,
    width: int,
    *,
    contrast: bool = True,
    invert: bool = False,
    box: Box | None = None,
    channels: int = 1,
) -> Levels:
    """Returns a network's view of a picture: its box, scaled to (height, width).

    rgba: uint8 (h, w, 4), neither side 0. box: by default the largest around the centre.
    contrast: stretch the contrast. invert: swap dark and light, for dark ink on light paper.
    channels: 1 for grey, (height, width); 3 for colour, (height, width, 3).
    """
    tall, wide = np.shape(rgba)[:2]
    part = box or centre_box(wide, tall, width, height)
    if channels == 1:
        levels = whole(scaled(grey(rgba), part, height, width))
    else:
        planes = np.moveaxis(color(rgba), -1, 0)
        levels = whole(np.stack([scaled(each, part, height, width) for each in planes], -1))
    if contrast:
        levels = stretch(levels)
    return inverted(levels) if invert else levels


def text_of(levels: npt.ArrayLike) -> str:
    """Returns levels as text for a URL: unpadded base64url of the bytes in row order."""
    raw = np.ascontiguousarray(np.asarray(levels, np.uint8)).tobytes()
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def from_text(text: str, height: int, width: int, channels: int = 1) -> Levels:
    """Returns the levels that `text_of` encoded: (height, width), or with 3 channels.

    Raises ValueError if the text isn't base64 of as many bytes.
    """
    text = text.strip()
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    count = height * width * channels
    if len(raw) != count:
        each = (
            "red, green and blue of each pixel"
            if channels > 1
            else "one for each pixel's brightness"
        )
        raise ValueError(
            f"the text is not a picture of {height} × {width} pixels: expected base64 of "
            f"{count} bytes, {each}."
        )
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.frombuffer(raw, np.uint8).reshape(shape)
