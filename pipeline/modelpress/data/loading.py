"""Loads the examples of a model's `data` field and records their provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from modelpress.caching.hashes import sha256
from modelpress.core.errors import ModelpressError, described, shown
from modelpress.data.download import Amount
from modelpress.data.locate import DataRequest, Located, locate
from modelpress.data.named import Names, side_by_side
from modelpress.data.rows import REAL, Data, Split
from modelpress.data.sources import Dataset, Parts


@dataclass(frozen=True)
class Loaded:
    """Examples ready for training, and their provenance for the manifest."""

    data: Data | None
    provenance: dict[str, Any]


class ExampleCache(Protocol):
    """A cache of built-in examples that take long to generate."""

    def get(
        self, make: Callable[[], Parts], packages: Sequence[str], tell: Callable[[str], None]
    ) -> Parts:
        """Returns `make()`, cached or new."""


def load(
    source: Any,
    request: DataRequest,
    downloads_dir: Path,
    tell: Callable[[str], None],
    *,
    show: Amount | None = None,
    kept: ExampleCache | None = None,
    names: Names = (None, None),
) -> Loaded:
    """Loads the examples of a model's `data` field: a Dataset, a function, or None.

    tell: receives sentences. show: receives a download's progress. kept: the cache of built-in
    examples that take long to generate; None: generate them every time. names: of several inputs
    and outputs. Raises ModelpressError for
    unusable files and wrong results of functions.
    """
    if source is None:
        return Loaded(None, _provenance("generated"))
    if isinstance(source, Dataset):
        return _Loading(source, downloads_dir, tell, show, kept).load(request)
    made = source()
    if isinstance(made, tuple) and len(made) == 2:
        made = Data(train=Split(*made, name="all rows"))
    if not isinstance(made, Data):
        raise ModelpressError(
            "This field's function returned no data.",
            where="field `data`",
            found=f"{type(made).__name__}: {shown(made, 120)}",
            expected="Data(train=Split(x, y), …) or the pair (x, y)",
        )
    data = _checked(side_by_side(made, names))
    return Loaded(data, _provenance("author", data, sha256=_content(data)))


@dataclass(frozen=True)
class _Loading:
    """The loading of one data set."""

    dataset: Dataset
    downloads_dir: Path
    tell: Callable[[str], None]
    show: Amount | None
    kept: ExampleCache | None

    def load(self, request: DataRequest) -> Loaded:
        located = locate(self.dataset.wanted(), request, self.downloads_dir)
        if located.source != "builtin":
            data = self._read(located)
            checksums = _checksums(located.paths)
            return Loaded(data, _provenance(located.source, data, self.dataset, checksums))
        data = self._built_in()
        measured: dict[str, Any] = {}
        checksum = _content(data)
        if located.real:
            real = self._read(located.real)
            data = _checked(replace(data, real=self._real_part(real, data)))
            checksums = _checksums(located.real.paths)
            measured = _provenance(located.real.source, real, self.dataset, checksums)
        return Loaded(
            data,
            _provenance("builtin", data, self.dataset, sha256=checksum)
            | {"measured_on": {name: measured[name] for name in _REAL_FIELDS if measured}},
        )

    def _built_in(self) -> Data:
        builtin = self.dataset.built_in()
        if builtin is None:
            raise ModelpressError(
                f"The data set {self.dataset.name} has no built-in examples.",
                expected=f"{' or '.join(self.dataset.wanted().local_names())}",
                next_step=self.dataset.how_to_get
                or "Name its folder with --data, or download it with --download.",
            )
        if builtin.rows is None:
            return _checked(builtin.read())
        if self.kept is None:
            self.tell("generating the built-in examples")
            return _checked(builtin.read(builtin.rows()))
        return _checked(builtin.read(self.kept.get(builtin.rows, builtin.packages, self.tell)))

    def _read(self, located: Located) -> Data:
        """Returns the examples in these files, downloaded first if necessary."""
        try:
            if located.source == "local":
                return _checked(self.dataset.local()[located.reader].data(located.paths))
            download = self.dataset.download()
            assert download is not None
            for file, path in zip(download.files(), located.paths, strict=True):
                file.fetch(path, self.tell, self.show)
            return _checked(download.data(located.paths))
        except ValueError as error:
            raise ModelpressError(
                f"This can't be used as the data set {self.dataset.name}.",
                where=" + ".join(str(path) for path in located.paths),
                found=str(error),
                expected=getattr(error, "expected", ""),
                next_step="Get the files again, or remove them to use the built-in data."
                if self.dataset.built_in()
                else "Get the files again.",
            ) from error

    def _real_part(self, real: Data, data: Data) -> Split:
        part = self.dataset.real(real)
        for what in ("x", "y"):
            rows, wanted = (
                np.asarray(getattr(part, what, [])),
                np.asarray(getattr(data.train, what)),
            )
            if rows.shape[1:] != wanted.shape[1:] or rows.dtype != wanted.dtype:
                raise ModelpressError(
                    f"The real examples of {self.dataset.name} can't evaluate a model of its "
                    "built-in examples.",
                    where=f"data set {self.dataset.name}, {what} of `real`",
                    found=f"{rows.dtype} of shape {rows.shape}",
                    expected=f"{wanted.dtype} of shape {('examples', *wanted.shape[1:])}",
                )
        assert part is not None
        return part


_REAL_FIELDS = ("source", "title", "licence", "url", "description", "path", "sha256", "show_rows")


def _provenance(
    source: str,
    data: Data | None = None,
    dataset: Dataset | None = None,
    checksums: dict[str, str] | None = None,
    sha256: str = "",
) -> dict[str, Any]:
    """Returns the provenance for the manifest.

    rows: the number of examples in the source itself, without the part for evaluation only.
    sha256: of the file; of several files, of the lines `<sha256>  <name>`; else of the examples.
    """

    def text_of(name: str) -> str:
        return str(getattr(data, name, "") or getattr(dataset, name, ""))

    parts = data.parts() if data else {}
    files = checksums or {}
    if len(files) == 1:
        sha256 = next(iter(files.values()))
    elif files:
        lines = "".join(f"{checksum}  {name}\n" for name, checksum in files.items())
        sha256 = hashlib.sha256(lines.encode()).hexdigest()
    show = data.show_rows if data and data.show_rows is not None else None
    return {
        "source": source,
        "name": dataset.name if dataset else "",
        "title": text_of("title"),
        "licence": text_of("licence"),
        "url": text_of("url"),
        "description": text_of("description"),
        "split": text_of("split"),
        "rows": sum(len(part) for name, part in parts.items() if name != REAL),
        "rows_by_part": {name: len(part) for name, part in parts.items()},
        "parts": {name: part.name for name, part in parts.items()},
        "sha256": sha256,
        "path": " + ".join(files),
        "show_rows": bool(dataset and dataset.show_rows) if show is None else show,
        "measured_on": {},
    }


def _checksums(paths: Sequence[Path]) -> dict[str, str]:
    return {path.name: sha256(path) for path in paths}


def _checked(data: Data) -> Data:
    for name in ("description", "split", "title", "licence", "url"):
        if not isinstance(getattr(data, name), str):
            raise _wrong(f"The {name} of the data", shown(getattr(data, name)), "a string")
    if not (data.show_rows is None or isinstance(data.show_rows, bool)):
        raise _wrong("`show_rows` of the data", shown(data.show_rows), "True, False or None")
    for name, part in {"train": data.train, **data.parts()}.items():
        if not isinstance(part, Split):
            raise _wrong(f"The part `{name}` of the data", shown(part), "Split(x, y)")
        if not isinstance(part.name, str):
            raise _wrong(f"The name of the part `{name}`", shown(part.name), "a string")
        x, y = (_rows(name, what, rows) for what, rows in (("inputs", part.x), ("targets", part.y)))
        if len(x) == 0 or len(x) != len(y):
            raise _wrong(
                f"The part `{name}` of the data",
                f"{len(x)} inputs and {len(y)} targets",
                "as many targets as inputs, and at least one",
            )
    return data


def _rows(part: str, what: str, values: Any) -> np.ndarray[Any, Any]:
    """Returns the examples as an array. Raises ModelpressError for anything but finite numbers."""
    try:
        array = np.asarray(values)
    except Exception as error:  # examples of different lengths, or an author's own class
        raise _wrong(
            f"The {what} of the part `{part}`",
            described(error),
            "an array, or a list of examples that all have the same shape",
        ) from error
    if array.ndim == 0:
        raise _wrong(f"The {what} of the part `{part}`", shown(values), "an array, one per example")
    if not _is_finite(array):
        raise ModelpressError(
            f"The {what} of the part `{part}` contain a value that is not a finite number.",
            where="field `data`",
            found=f"dtype {array.dtype}",
            expected="finite numbers: encode words, and fill or drop missing values",
        )
    return array


def _wrong(what: str, found: str, expected: str) -> ModelpressError:
    return ModelpressError(
        f"{what} can't be used.", where="field `data`", found=found, expected=expected
    )


def _is_finite(values: np.ndarray[Any, Any]) -> bool:
    if np.issubdtype(values.dtype, np.integer):
        return True
    return np.issubdtype(values.dtype, np.floating) and bool(np.isfinite(values).all())


def _content(data: Data) -> str:
    """Returns the SHA-256 over shapes, types and bytes of all examples."""
    total = hashlib.sha256()
    for name, part in data.parts().items():
        for values in (np.asarray(part.x), np.asarray(part.y)):
            total.update(f"{name} {values.shape} {values.dtype}".encode())
            total.update(np.ascontiguousarray(values).data)
    return total.hexdigest()
