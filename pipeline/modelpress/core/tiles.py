"""Layouts of a layer's values as small square cells.

A vector becomes rows of cells; maps (height, width, channels) become tiles side by side. The
manifest holds the layout, and `site_assets/src/core/tiles.ts` fills the same one in the browser.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.png import LEVELS

MOST_VALUES = 2048  # shown of a vector
MOST_TILES = 64  # shown of a layer's maps
GAP = 1  # cells between tiles
_FEW, _ROW, _LONG_ROW = 16, 32, 64


@dataclass(frozen=True)
class Layout:
    """`tiles` tiles of `height` × `width` cells, `columns` side by side, in reading order.

    A vector's tile is one cell, with no gap between tiles.
    """

    tiles: int
    columns: int
    height: int = 1
    width: int = 1

    @property
    def gap(self) -> int:
        return 0 if self.height == self.width == 1 else GAP

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the whole picture, in cells."""
        rows = -(-self.tiles // self.columns)
        return (
            rows * (self.height + self.gap) - self.gap,
            self.columns * (self.width + self.gap) - self.gap,
        )

    def as_dict(self) -> dict[str, int]:
        return {
            "tiles": self.tiles,
            "columns": self.columns,
            "height": self.height,
            "width": self.width,
        }


def layout(shape: tuple[int, ...]) -> Layout:
    """Returns the layout of values of `shape` (no batch axis): at most 2,048 values or 64 maps."""
    if len(shape) == 3:
        tiles = min(shape[2], MOST_TILES)
        return Layout(tiles, _columns(tiles, shape[0], shape[1]), shape[0], shape[1])
    if len(shape) == 2:
        return Layout(1, 1, shape[0], shape[1])
    count = min(math.prod(shape), MOST_VALUES)
    row = _ROW if count <= 4 * _ROW else _LONG_ROW
    return Layout(count, count if count <= _FEW else min(row, count))


def levels(values: npt.NDArray[Any], where: Layout, top: float) -> npt.NDArray[np.int8]:
    """Returns the picture of `values` as levels, int8 −127 to 127, of shape `where.size`.

    values: of the shape that the layout was made for. top: the magnitude drawn at full strength.
    """
    scale = LEVELS / top if top > 0 else 0.0
    signed = np.clip(np.rint(np.asarray(values, np.float64) * scale), -LEVELS, LEVELS)
    if values.ndim == 3:
        tiles = np.moveaxis(signed, -1, 0)[: where.tiles]
    else:
        count = where.tiles * where.height * where.width
        tiles = signed.reshape(-1)[:count].reshape(where.tiles, where.height, where.width)
    picture = np.zeros(where.size, np.int8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, where.columns)
        y, x = row * (where.height + where.gap), column * (where.width + where.gap)
        picture[y : y + where.height, x : x + where.width] = tile
    return picture


def _columns(tiles: int, height: int, width: int) -> int:
    """Returns the columns that make the picture about twice as wide as high.

    A divisor of `tiles` nearby is preferred, which fills the last row.
    """
    wish = max(1, min(tiles, round(math.sqrt(2 * tiles * height / width))))
    near = [n for n in range(max(1, wish - 4), min(tiles, wish + 4) + 1) if tiles % n == 0]
    return min(near, key=lambda n: abs(n - wish)) if near else wish
