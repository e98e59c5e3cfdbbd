"""Data sets: rows with their provenance, taken from the first source that has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.data.download import Download
from pipeline.data.locate import DataRequest, Located, Wanted, locate
from pipeline.errors import ModelpressError

__all__ = ["BuiltIn", "Data", "DataRequest", "Dataset", "Download", "Local", "Split"]


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

    description  what the rows are and how they were made, in a sentence or two
    split        how the parts were chosen; stands beside every metric
    title, licence, url  of the rows, where they differ from the data set's
    """

    train: Split
    validation: Split | None = None
    test: Split | None = None
    description: str = ""
    split: str = ""
    title: str = ""
    licence: str = ""
    url: str = ""

    def parts(self) -> dict[str, Split]:
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in named.items() if part is not None}


@dataclass(frozen=True)
class Local:
    """A file of the user's own. names: taken from the folder given with --data or MODELPRESS_DATA.
    read: makes `Data` of its path; raises ValueError with a sentence for a file it can't use."""

    names: Sequence[str]
    read: Callable[[Path], Data]


@dataclass(frozen=True)
class BuiltIn:
    """Rows that need no file. read: makes them. packages: those the rows come from."""

    read: Callable[[], Data]
    packages: Sequence[str] = ()


@dataclass(frozen=True)
class Dataset:
    """A named data set and its sources, in the order in which they are asked.

    name     of the data set's folder among the downloads, and of its module
    sources  at most one each of `Local`, `Download` and `BuiltIn`
    """

    name: str
    title: str
    licence: str
    url: str = ""
    sources: Sequence[Local | Download | BuiltIn] = field(default=())

    def source(self, kind: type) -> Any:
        return next((source for source in self.sources if isinstance(source, kind)), None)

    def wanted(self) -> Wanted:
        local, download, builtin = map(self.source, (Local, Download, BuiltIn))
        return Wanted(
            self.name,
            tuple(local.names) if local else (),
            download.file_name if download else "",
            tuple(builtin.packages) if builtin else (),
        )


@dataclass(frozen=True)
class Loaded:
    """Rows ready for training, and where they come from as the manifest says it."""

    data: Data | None
    provenance: dict[str, Any]


def load(
    source: Any,
    request: DataRequest,
    downloads_dir: Path,
    tell: Callable[[str], None],
) -> Loaded:
    """The rows of a model's `data` field: a Dataset, a function, or None.

    Raises ModelpressError for files and functions that don't give what was promised.
    """
    if source is None:
        return Loaded(None, _provenance("generated"))
    if isinstance(source, Dataset):
        return _load_dataset(source, request, downloads_dir, tell)
    made = source()
    if isinstance(made, tuple) and len(made) == 2:
        made = Data(train=Split(*made, name="all rows"))
    if not isinstance(made, Data):
        raise ModelpressError(
            "This field's function didn't give data.",
            where="field `data`",
            found=f"{type(made).__name__}: {made!r:.120}",
            expected="Data(train=Split(x, y), …) or the pair (x, y)",
        )
    data = _checked(made)
    return Loaded(data, _provenance("author", data, sha256=_content(data)))


def _load_dataset(
    dataset: Dataset, request: DataRequest, downloads_dir: Path, tell: Callable[[str], None]
) -> Loaded:
    located: Located = locate(dataset.wanted(), request, downloads_dir)
    checksum, path = "", located.path
    if located.source == "builtin":
        builtin = dataset.source(BuiltIn)
        if builtin is None:
            raise ModelpressError(
                f"The data set {dataset.name} has nothing built in.",
                expected=f"a file {' or '.join(dataset.wanted().local)}",
                next_step="Name its folder with --data, or let it be fetched with --download.",
            )
        data = _checked(builtin.read())
        checksum = _content(data)
    else:
        assert path is not None
        reader = dataset.source(Local if located.source == "local" else Download)
        if located.source == "download":
            reader.fetch(path, tell)
        try:
            data = _checked(reader.read(path))
        except ValueError as error:
            raise ModelpressError(
                f"This file can't be used as the data set {dataset.name}.",
                where=str(path),
                found=str(error),
            ) from error
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    return Loaded(data, _provenance(located.source, data, dataset, path, checksum))


def _provenance(
    source: str,
    data: Data | None = None,
    dataset: Dataset | None = None,
    path: Path | None = None,
    sha256: str = "",
) -> dict[str, Any]:
    def said(name: str) -> str:
        return str(getattr(data, name, "") or getattr(dataset, name, ""))

    parts = data.parts() if data else {}
    return {
        "source": source,
        "name": dataset.name if dataset else "",
        "title": said("title"),
        "licence": said("licence"),
        "url": said("url"),
        "description": said("description"),
        "split": said("split"),
        "rows": sum(len(part) for part in parts.values()),
        "rows_by_part": {name: len(part) for name, part in parts.items()},
        "parts": {name: part.name for name, part in parts.items()},
        "sha256": sha256,
        "path": path.name if path else "",
    }


def _checked(data: Data) -> Data:
    for name, part in data.parts().items():
        x, y = np.asarray(part.x), np.asarray(part.y)
        if len(x) == 0 or len(x) != len(y):
            raise ModelpressError(
                f"The part `{name}` of the data can't be used.",
                where="field `data`",
                found=f"{len(x)} inputs and {len(y)} targets",
                expected="as many targets as inputs, and at least one",
            )
        for what, values in (("inputs", x), ("targets", y)):
            if not np.issubdtype(values.dtype, np.number) or not np.isfinite(values).all():
                raise ModelpressError(
                    f"The {what} of the part `{name}` hold something that is not a finite number.",
                    where="field `data`",
                    found=f"dtype {values.dtype}",
                    expected="finite numbers: encode words, and fill or drop what is missing",
                )
    return data


def _content(data: Data) -> str:
    """SHA-256 over shapes, types and bytes of all rows."""
    total = hashlib.sha256()
    for name, part in data.parts().items():
        for values in (np.asarray(part.x), np.asarray(part.y)):
            total.update(f"{name} {values.shape} {values.dtype}".encode())
            total.update(np.ascontiguousarray(values).tobytes())
    return total.hexdigest()
