"""Draws the icons of an installed site with Pillow: five neurons and their connections.

The drawing is that of `docs/assets/mark.svg`, in its coordinates of 24 × 24.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from modelpress.core.png import png

SIZES = (192, 512)
MASKABLE = 512
APPLE = 180  # the size that iOS uses; iOS rounds the corners itself
_GROUND, _INK = (11, 107, 97), (255, 255, 255)
_PAPER = (252, 251, 248)
_ENDS = ((6.0, 6.5), (6.0, 17.5), (18.0, 6.5), (18.0, 17.5))
_MIDDLE = (12.0, 12.0)
_CONNECTIONS = (*((end, _MIDDLE) for end in _ENDS), (_ENDS[0], _ENDS[1]), (_ENDS[2], _ENDS[3]))
_DOTS = (*((end, 2.3) for end in _ENDS), (_MIDDLE, 2.6))
_LINE = 1.4
_SAFE = 0.62  # part of a maskable icon's side that no mask cuts off
_FINER = 8  # factor of supersampling, since Pillow draws without antialiasing


def icon(size: int, *, full: bool = False) -> bytes:
    """Returns a PNG of size × size pixels.

    full: fills the square with the ground and leaves a margin for any mask.
    """
    side = size * _FINER
    unit = side / 24 * (_SAFE if full else 1)

    def at(x: float, y: float) -> tuple[float, float]:
        # Pillow's origin is the centre of the first pixel.
        return side / 2 + (x - 12) * unit - 0.5, side / 2 + (y - 12) * unit - 0.5

    picture = Image.new("RGB", (side, side), _GROUND if full else _PAPER)
    draw = ImageDraw.Draw(picture)
    if not full:
        draw.rounded_rectangle((*at(1, 1), *at(23, 23)), 3 * unit, fill=_GROUND)
    for a, b in _CONNECTIONS:
        draw.line((*at(*a), *at(*b)), fill=_INK, width=round(_LINE * unit))
    for (x, y), radius in _DOTS:
        draw.ellipse((*at(x - radius, y - radius), *at(x + radius, y + radius)), fill=_INK)
    return png(picture.reduce(_FINER))
