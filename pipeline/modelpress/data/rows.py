"""Rows to train and measure on, in parts, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MEASURING = "real"  # the part that only measures: no row of it is among those of the data set used


@dataclass(frozen=True)
class Split:
    """Rows that belong together. x: (rows, …input shape), y: (rows, …target shape). name: which
    rows these are, in words, such as "26 held-out raters"."""

    x: Any
    y: Any
    name: str = ""

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Data:
    """What a model is trained and measured on.

    real         rows of the real data set, that nothing was trained on, where `train` is a
                 substitute for it and the real set is at hand; measured as `real_…`
    description  what the rows are and how they were made, in a sentence or two
    split        how the parts were chosen; stands beside every metric
    title, licence, url  of the rows, where they differ from the data set's
    show_rows    whether single rows (pictures of them, say) may be shown on a page; None: as the
                 data set says
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
            MEASURING: self.real,
        }
        return {name: part for name, part in named.items() if part is not None}


class UnusableFile(ValueError):
    """A data file that isn't what it should be. found, expected: as in a ModelpressError."""

    def __init__(self, found: str, expected: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected
