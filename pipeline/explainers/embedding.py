"""The points of the explainer `embedding`: named colours, and digits drawn by this package.

Both may be published: the names are CC0 and shipped by matplotlib, the digits are drawn along this
project's own strokes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from datasets.color_words import WORDS, named_colors
from modelpress.site.context import Site

OPTIONS: tuple[str, ...] = ()
PACKAGES = ("matplotlib", "numpy", "scikit-image", "scikit-learn", "scipy")
POINTS = 180  # in each set; a multiple of nine words and of ten digits
SIDE = 10  # pixels on a side of a digit, each the mean of 2×2 of the 20×20 in the middle
LEVELS = 15  # largest value of a digit's pixel
SEED = 4


def resource(options: Mapping[str, str], site: Site) -> dict[str, Any]:
    """Both sets, "colors" and "digits", as JSON.

    Each is {"names", "classes" (one for each point), "values" (hex digits, `digits` of them for a
    number from 0 to `top`), "side" (of a picture, 0 for a colour), "best" (the loss of principal
    component analysis with two numbers)}.
    """
    return _sets()


@cache
def _sets() -> dict[str, Any]:
    return {"colors": _colors(), "digits": _digits()}


def _colors() -> dict[str, Any]:
    """Random named colours, the same number for each of the nine words."""
    colors, words = named_colors()
    rng = np.random.default_rng(SEED)
    chosen: list[int] = []
    for word in WORDS:
        own = [i for i, given in enumerate(words) if given == word]
        chosen += rng.choice(own, POINTS // len(WORDS), replace=False).tolist()
    values = np.array([colors[i] for i in chosen], np.int64)
    return {
        "names": list(WORDS),
        "classes": [WORDS.index(words[i]) for i in chosen],
        "values": "".join(f"{value:02x}" for value in values.ravel()),
        "digits": 2,
        "top": 255,
        "side": 0,
        "best": pca_loss(values / 255),
    }


def _digits() -> dict[str, Any]:
    from datasets.drawn_digits import drawn_digits  # its libraries take a second to import

    pictures, digits = drawn_digits(strokes=4 * POINTS, skeletons=0, held_out=1)["train"]
    each = POINTS // 10
    chosen = np.concatenate([np.flatnonzero(digits == digit)[:each] for digit in range(10)])
    middle = pictures[chosen, 4:24, 4:24].astype(np.float64)
    small = middle.reshape(len(chosen), SIDE, 2, SIDE, 2).mean(axis=(2, 4))
    levels = np.rint(small * LEVELS / 255).astype(np.int64).reshape(len(chosen), -1)
    return {
        "names": [str(digit) for digit in range(10)],
        "classes": [int(digits[i]) for i in chosen],
        "values": "".join(f"{level:x}" for level in levels.ravel()),
        "digits": 1,
        "top": LEVELS,
        "side": SIDE,
        "best": pca_loss(levels / LEVELS),
    }


def pca_loss(values: npt.NDArray[np.float64]) -> float:
    """The mean squared error of principal component analysis with two components.

    values: (examples, features). No linear autoencoder with two numbers has a smaller error
    (Eckart and Young, 1936).
    """
    singular = np.linalg.svd(values - values.mean(axis=0), compute_uv=False)
    return float((singular[2:] ** 2).sum() / values.size)
