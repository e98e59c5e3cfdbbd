"""A thousand drawn digits, for training in the reader's browser."""

from __future__ import annotations

from modelpress.data.images import one_hot
from modelpress.data.rows import Data, Split

TRAIN, VALIDATION = 1_000, 250  # pictures


def few_digits() -> Data:
    """Pictures of digits, uint8 (examples, 28, 28), and one-hot digits (examples, 10).

    They are drawn along this project's own strokes, without any other data set, so they may be
    published.
    """
    from datasets.drawn_digits import drawn_digits  # its libraries take a second to import

    digits = drawn_digits(strokes=TRAIN, skeletons=0, held_out=VALIDATION)
    parts = {name: (x, one_hot(labels, 10)) for name, (x, labels) in digits.items()}
    return Data(
        train=Split(*parts["train"], f"{TRAIN:,} drawn digits"),
        validation=Split(*parts["validation"], f"{VALIDATION} further drawn digits"),
        description="Digits drawn by the computer along strokes varied at random.",
        split="each part drawn independently, in the same way",
        licence="Apache-2.0",
        show_rows=True,
    )
