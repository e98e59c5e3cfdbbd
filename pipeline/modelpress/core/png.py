"""PNG images of numbers, written by Pillow: equal numbers give equal bytes.

Signed numbers use the site's diverging colors, blue below zero and orange above, more opaque
further from zero; zero is transparent. Both colors stand out on light and on dark paper (3:1),
because an image can't change with the color scheme. `site_assets/src/core/tiles.ts` uses the same
two.
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
    """Returns a PNG of levels (height, width), −127 to 127."""
    picture = Image.fromarray((levels.astype(np.int16) + LEVELS).astype(np.uint8))
    picture.putpalette(_PALETTE)
    return png(picture, transparency=_ALPHA)


def pixels_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Returns a PNG of pixels: grey (height, width) or RGB (height, width, 3)."""
    return png(Image.fromarray(pixels))


def png(picture: Image.Image, **options: object) -> bytes:
    """Returns a Pillow image as PNG. options: passed to Pillow's PNG writer."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=9, **options)
    return file.getvalue()


def data_uri(png: bytes) -> str:
    """Returns a PNG as a data URI."""
    return "data:image/png;base64," + base64.b64encode(png).decode()
