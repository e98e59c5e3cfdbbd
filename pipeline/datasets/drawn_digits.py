"""The built-in digits: drawn by a pen that follows our own strokes and thinned real small digits.

No picture of MNIST is among them or was used to make one. What they are like (ways of writing,
slant, width of the pen) was set by looking at the first 2,000 of MNIST's test pictures and at the
errors there; the other 8,000 tell what a network that learnt from them can do.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datasets.digit_skeletons import skeleton_lines
from datasets.digit_strokes import stroke_lines
from datasets.pen import Hand, Pen, bent, drawn

Rows = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]

STROKES, SKELETONS = 30_000, 30_000
HELD_OUT = 2_000
"""Rows of validation and of test, each; of the strokes and the skeletons alike."""

_CHUNK = 10_000


def drawn_digits(
    strokes: int = STROKES, skeletons: int = SKELETONS, held_out: int = HELD_OUT, seed: int = 20
) -> dict[str, Rows]:
    """Rows by part: pictures (N, 28, 28) uint8, 0 the paper and 255 the ink, and digits (N,) uint8.

    strokes, skeletons: rows of `train` from each of the two; `validation` and `test` have
    `held_out` rows each, drawn like those of `train`, in the same shares.
    """
    share = strokes / (strokes + skeletons)
    rng = np.random.default_rng(seed)
    counts = {
        "train": (strokes, skeletons),
        "validation": (round(held_out * share), held_out - round(held_out * share)),
        "test": (round(held_out * share), held_out - round(held_out * share)),
    }
    return {part: _rows(*count, rng) for part, count in counts.items()}


def _rows(strokes: int, skeletons: int, rng: np.random.Generator) -> Rows:
    pictures, digits = [], []
    for make, count in ((stroke_lines, strokes), (skeleton_lines, skeletons)):
        for begin in range(0, count, _CHUNK):
            wanted = rng.integers(10, size=min(_CHUNK, count - begin)).astype(np.uint8)
            pictures.append(drawn(bent(make(wanted, rng), rng, Hand()), rng, Pen()))
            digits.append(wanted)
    order = rng.permutation(strokes + skeletons)
    return np.concatenate(pictures)[order], np.concatenate(digits)[order]
