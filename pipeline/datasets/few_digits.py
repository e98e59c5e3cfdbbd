"""A thousand drawn digits, for a training that a reader's browser does."""

from __future__ import annotations

from modelpress.data.images import one_hot
from modelpress.data.rows import Data, Split

TRAIN, VALIDATION = 1_000, 250  # pictures


def few_digits() -> Data:
    """Pictures (rows, 28, 28) uint8 of digits, drawn along this package's own strokes, and one-hot
    digits (rows, 10). They may be shown anywhere: no other data set is in them."""
    from datasets.drawn_digits import drawn_digits  # its libraries take a second to import

    rows = drawn_digits(strokes=TRAIN, skeletons=0, held_out=VALIDATION)
    parts = {name: (x, one_hot(labels, 10)) for name, (x, labels) in rows.items()}
    return Data(
        train=Split(*parts["train"], f"{TRAIN:,} drawn digits"),
        validation=Split(*parts["validation"], f"{VALIDATION} further drawn digits"),
        description="Digits drawn by the computer along strokes varied at random.",
        split="drawn apart from each other, in the same way",
        licence="Apache-2.0",
        show_rows=True,
    )
