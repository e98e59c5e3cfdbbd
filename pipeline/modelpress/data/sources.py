"""A data set: its name, its licence, and where its rows can come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelpress.data.download import Download, DownloadGroup
from modelpress.data.locate import Wanted
from modelpress.data.rows import Data, Split


@dataclass(frozen=True)
class Local:
    """A file of the user's own, in the folder given with --data or MODELPRESS_DATA.

    names  file names; the first that is there is taken
    read   makes `Data` of its path; raises ValueError with a sentence for a file it can't use
    """

    names: Sequence[str]
    read: Callable[[Path], Data]

    def files(self) -> tuple[tuple[str, ...], ...]:
        """The names under which each needed file may lie."""
        return (tuple(self.names),)

    def data(self, paths: Sequence[Path]) -> Data:
        return self.read(paths[0])


@dataclass(frozen=True)
class LocalGroup:
    """Several files of the user's own that are needed together.

    names  for each file the names it may have, of which the first that is there is taken
    read   makes `Data` of the paths, in that order; raises ValueError as `Local`'s
    """

    names: Sequence[Sequence[str]]
    read: Callable[[Sequence[Path]], Data]

    def files(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(names) for names in self.names)

    def data(self, paths: Sequence[Path]) -> Data:
        return self.read(paths)


Parts = Mapping[str, tuple[Any, Any]]  # name of a part → its inputs and targets


@dataclass(frozen=True)
class BuiltIn:
    """Rows that need no file.

    read      makes the `Data`: of nothing, or of what `rows` gives
    packages  those the rows come from
    rows      for rows that take long to make: gives the `Parts`. They are kept until this
              function's module, what that imports, a file that it reads, or a package changes
    """

    read: Callable[..., Data]
    packages: Sequence[str] = ()
    rows: Callable[[], Parts] | None = None


def _held_out(data: Data) -> Split | None:
    return data.test or data.validation


@dataclass(frozen=True)
class Dataset:
    """A named data set and its sources, in the order in which they are asked.

    name       of the data set's folder among the downloads, and of its module
    sources    any number of `Local` and `LocalGroup`, at most one `Download` or `DownloadGroup`,
               at most one `BuiltIn`
    real       the rows of the real set's `Data` that measure a model trained on the built-in
               rows; default: its test part, or the validation part where there is none
    show_rows  whether the licence allows single rows to be shown on a page, the title beside them
    how_to_get a sentence on how to come by the files, for a set that has no download
    """

    name: str
    title: str
    licence: str
    url: str = ""
    sources: Sequence[Local | LocalGroup | Download | DownloadGroup | BuiltIn] = field(default=())
    real: Callable[[Data], Split | None] = _held_out
    show_rows: bool = False
    how_to_get: str = ""

    def local(self) -> list[Local | LocalGroup]:
        return [source for source in self.sources if isinstance(source, Local | LocalGroup)]

    def download(self) -> Download | DownloadGroup | None:
        found = (s for s in self.sources if isinstance(s, Download | DownloadGroup))
        return next(found, None)

    def built_in(self) -> BuiltIn | None:
        return next((s for s in self.sources if isinstance(s, BuiltIn)), None)

    def wanted(self) -> Wanted:
        download, builtin = self.download(), self.built_in()
        files = download.files() if download else ()
        return Wanted(
            self.name,
            local=tuple(source.files() for source in self.local()),
            download=tuple(file.file_name for file in files),
            packages=tuple(builtin.packages) if builtin else (),
            builtin=builtin is not None,
            title=self.title,
            licence=self.licence,
            url=self.url,
            download_urls=tuple(file.url for file in files),
            download_bytes=sum(file.size_bytes or 0 for file in files),
            how_to_get=self.how_to_get,
        )
