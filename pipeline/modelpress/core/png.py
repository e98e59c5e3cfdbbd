"""Small PNG pictures of numbers, written by hand so that equal numbers give equal bytes.

Signed numbers wear the site's diverging pair, blue below zero and orange above, at a strength that
says how far from zero: zero is transparent. The pair is a middle one that stands out on light and
on dark paper (3:1), because a picture can't change with the scheme. `site_assets/src/core/tiles.ts`
paints with the same two colors.
"""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
import numpy.typing as npt

NEGATIVE = (43, 140, 204)
POSITIVE = (209, 116, 28)
LEVELS = 127  # steps on each side of zero


def diverging(levels: npt.NDArray[np.int8]) -> bytes:
    """PNG of levels (height, width), −127 to 127."""
    palette, alpha = bytearray(), bytearray()
    for level in range(-LEVELS, LEVELS + 1):
        palette += bytes(POSITIVE if level > 0 else NEGATIVE)
        alpha.append(round(abs(level) * 255 / LEVELS))
    pixels = (levels.astype(np.int16) + LEVELS).astype(np.uint8)
    chunks = (b"PLTE", bytes(palette)), (b"tRNS", bytes(alpha))
    return _png(pixels, 3, chunks)


def pixels_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """PNG of pixels (height, width), grey, or (height, width, 3), red, green and blue."""
    return _png(pixels, 0 if pixels.ndim == 2 else 2)


def data_uri(png: bytes) -> str:
    """The picture as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _png(
    pixels: npt.NDArray[np.uint8], color_type: int, chunks: tuple[tuple[bytes, bytes], ...] = ()
) -> bytes:
    height, width = pixels.shape[:2]
    rows = pixels.reshape(height, -1)
    filtered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, color_type, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        *chunks,
        (b"IDAT", zlib.compress(filtered.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
