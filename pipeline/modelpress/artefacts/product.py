"""What a build has made of a model and of a failure: its entries in the cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from modelpress.caching.store import Entry


@dataclass(frozen=True)
class Product:
    """The finished files of one model."""

    slug: str
    source: Path
    train: Entry
    convert: Entry
    golden: Entry
    report: Entry
    epochs: Entry
    record: Entry | None = None  # of a model that trains in the browser
    seeds: Entry | None = None  # of a model that is trained from many

    def keys(self) -> dict[str, str]:
        """The key of each training: of the model, its live run, its seeds."""
        made = {"train": self.train, "record": self.record, "seeds": self.seeds}
        return {step: entry.key for step, entry in made.items() if entry}


@dataclass(frozen=True)
class FailureCase:
    """One finished failure."""

    slug: str
    source: Path
    made: Entry
