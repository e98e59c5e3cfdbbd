"""PNG pictures of numbers, written by Pillow: the same numbers give the same bytes.

Signed numbers have the site's diverging pair, blue below zero and orange above, at a strength that
says how far from zero: zero is transparent. The pair is a middle one that stands out on light and
on dark paper (3:1), because a picture can't change with the scheme. `site_assets/src/core/tiles.ts`
paints with the same two colors.
"""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image

NEGATIVE = (43, 140, 204)
POSITIVE = (209, 116, 28)
LEVELS = 127  # steps on each side of zero
_STEPS = range(-LEVELS, LEVELS + 1)
_PALETTE = [channel for level in _STEPS for channel in (POSITIVE if level > 0 else NEGATIVE)]
_ALPHA = bytes(round(abs(level) * 255 / LEVELS) for level in _STEPS)


def diverging(levels: npt.NDArray[np.int8]) -> bytes:
    """PNG of levels (height, width), −127 to 127."""
    picture = Image.fromarray((levels.astype(np.int16) + LEVELS).astype(np.uint8))
    picture.putpalette(_PALETTE)
    return png(picture, transparency=_ALPHA)


def pixels_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """PNG of pixels (height, width), grey, or (height, width, 3), red, green and blue."""
    return png(Image.fromarray(pixels))


def png(picture: Image.Image, **options: object) -> bytes:
    """A Pillow image as PNG. options: of Pillow's PNG writer."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=9, **options)
    return file.getvalue()


def data_uri(png: bytes) -> str:
    """The picture as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(png).decode()
