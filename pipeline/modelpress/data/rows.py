"""Examples for training and evaluation, in parts, with their description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REAL = "real"  # the part for evaluation only, not part of the data set used for training


@dataclass(frozen=True)
class Split:
    """Examples of one part.

    x: (examples, …input shape). y: (examples, …target shape). name: which examples these are, such
    as "26 held-out raters".
    """

    x: Any
    y: Any
    name: str = ""

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Data:
    """The examples that a model is trained and evaluated on.

    real         examples of the real data set, if available while `train` is a substitute for it;
                 not trained on, with metrics named `real_…`
    description  what the examples are and how they were made, in a sentence or two
    split        how the parts were chosen; shown beside every metric
    title, licence, url  of the examples, where they differ from the data set's
    show_rows    whether single examples, such as pictures, may be shown on a page; None: as the
                 data set specifies
    """

    train: Split
    validation: Split | None = None
    test: Split | None = None
    real: Split | None = None
    description: str = ""
    split: str = ""
    title: str = ""
    licence: str = ""
    url: str = ""
    show_rows: bool | None = None

    def parts(self) -> dict[str, Split]:
        named = {
            "train": self.train,
            "validation": self.validation,
            "test": self.test,
            REAL: self.real,
        }
        return {name: part for name, part in named.items() if part is not None}


class UnusableFile(ValueError):
    """A data file with unexpected content. found, expected: as in a ModelpressError."""

    def __init__(self, found: str, expected: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected
