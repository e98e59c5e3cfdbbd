"""The finished models and failure cases of a build: their entries in the cache."""

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
    layers: Entry
    report: Entry
    epochs: Entry
    starts: Entry | None = None  # if the exact engine covers the model
    record: Entry | None = None  # for a model that trains in the browser
    seeds: Entry | None = None  # for a model trained from many seeds

    def keys(self) -> dict[str, str]:
        """Returns step → key of each training: the model, its live run, its seeds."""
        made = {"train": self.train, "record": self.record, "seeds": self.seeds}
        return {step: entry.key for step, entry in made.items() if entry}


@dataclass(frozen=True)
class FailureCase:
    """The finished files of one failure case."""

    slug: str
    source: Path
    made: Entry
