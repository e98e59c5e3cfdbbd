"""The built-in digits: a pen redraws this project's strokes and thinned real small digits.

No picture of MNIST is among them or was used to make one. Their style (ways of writing, slant,
width of the pen) was chosen by looking at the first 2,000 of MNIST's test pictures and at the
errors there; only the other 8,000 measure a network trained on them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datasets.digit_skeletons import skeleton_lines
from datasets.digit_strokes import stroke_lines
from datasets.pen import Hand, Pen, draw, vary

Examples = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]

STROKES, SKELETONS = 30_000, 30_000
HELD_OUT = 2_000
"""Examples in the validation set, and in the test set."""

_CHUNK = 10_000


def drawn_digits(
    strokes: int = STROKES, skeletons: int = SKELETONS, held_out: int = HELD_OUT, seed: int = 20
) -> dict[str, Examples]:
    """Pictures and digits of "train", "validation" and "test".

    Pictures are uint8 (N, 28, 28), 0 for paper and 255 for ink; digits are uint8 (N,). `train` has
    `strokes` and `skeletons` examples of the two sources. `validation` and `test` have `held_out`
    examples each, in the same proportion.
    """
    proportion = strokes / (strokes + skeletons)
    rng = np.random.default_rng(seed)
    counts = {
        "train": (strokes, skeletons),
        "validation": (round(held_out * proportion), held_out - round(held_out * proportion)),
        "test": (round(held_out * proportion), held_out - round(held_out * proportion)),
    }
    return {part: _examples(*count, rng) for part, count in counts.items()}


def _examples(strokes: int, skeletons: int, rng: np.random.Generator) -> Examples:
    pictures, digits = [], []
    for make, count in ((stroke_lines, strokes), (skeleton_lines, skeletons)):
        for begin in range(0, count, _CHUNK):
            wanted = rng.integers(10, size=min(_CHUNK, count - begin)).astype(np.uint8)
            pictures.append(draw(vary(make(wanted, rng), rng, Hand()), rng, Pen()))
            digits.append(wanted)
    order = rng.permutation(strokes + skeletons)
    return np.concatenate(pictures)[order], np.concatenate(digits)[order]
