"""The icons of an installed site, drawn by the build: five neurons and their links.

The same drawing as `docs/assets/mark.svg`, in its coordinates of 24 × 24.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelpress.core.png import pixels_png

SIZES = (192, 512)
MASKABLE = 512
APPLE = 180  # iOS takes no other; it rounds the corners itself
_GROUND, _INK = (11, 107, 97), (255, 255, 255)
_PAPER = (252, 251, 248)
_ENDS = ((6.0, 6.5), (6.0, 17.5), (18.0, 6.5), (18.0, 17.5))
_MIDDLE = (12.0, 12.0)
_LINKS = (*((end, _MIDDLE) for end in _ENDS), (_ENDS[0], _ENDS[1]), (_ENDS[2], _ENDS[3]))
_DOTS = (*((end, 2.3) for end in _ENDS), (_MIDDLE, 2.6))
_LINE = 0.7  # half a link's width
_SAFE = 0.62  # of a maskable icon: what no mask cuts off


def icon(size: int, *, full: bool = False) -> bytes:
    """PNG of size × size pixels. full: the ground fills it, with room around for any mask."""
    scale = 24 / size / (_SAFE if full else 1)
    along = (np.arange(size) + 0.5 - size / 2) * scale + 12
    x, y = np.meshgrid(along, along)
    soft = scale  # an edge is one pixel wide
    ink = np.zeros((size, size))
    for (ax, ay), (bx, by) in _LINKS:
        share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
        share = share.clip(0, 1)
        away = np.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))
        ink = np.maximum(ink, _inside(_LINE - away, soft))
    for (cx, cy), radius in _DOTS:
        ink = np.maximum(ink, _inside(radius - np.hypot(x - cx, y - cy), soft))
    ground = np.ones_like(ink)
    if not full:
        corner = np.maximum(np.abs(np.stack([x, y]) - 12) - 8, 0)  # half 11, rounded by 3
        ground = _inside(3 - np.hypot(*corner), soft)
    picture = _mix(np.full((size, size, 3), _PAPER, float), ground, _GROUND)
    return pixels_png(np.rint(_mix(picture, ink, _INK)).astype(np.uint8))


def _inside(depth: npt.NDArray[np.float64], soft: float) -> npt.NDArray[np.float64]:
    """How much of a pixel lies inside: 0 to 1 across an edge."""
    return np.asarray((depth / soft + 0.5).clip(0, 1))


def _mix(
    under: npt.NDArray[np.float64], share: npt.NDArray[np.float64], color: tuple[int, int, int]
) -> npt.NDArray[np.float64]:
    return under + share[..., None] * (np.array(color, float) - under)
