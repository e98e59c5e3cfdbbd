"""A data set: its name, its licence, and the sources of its examples."""

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
    """A user's file in the folder given with --data or MODELPRESS_DATA.

    names  file names; the first that exists is used
    read   returns the `Data` of its path; raises ValueError with a sentence for an unusable file
    """

    names: Sequence[str]
    read: Callable[[Path], Data]

    def files(self) -> tuple[tuple[str, ...], ...]:
        """Returns the allowed names of each required file."""
        return (tuple(self.names),)

    def data(self, paths: Sequence[Path]) -> Data:
        return self.read(paths[0])


@dataclass(frozen=True)
class LocalGroup:
    """Several user's files that are needed together.

    names  the allowed names of each file; the first that exists is used
    read   returns the `Data` of the paths, in that order; raises ValueError as `Local`'s
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
    """Examples that need no file.

    read      returns the `Data`, from no argument or from the result of `rows`
    packages  packages that the examples depend on
    rows      returns the `Parts`, for examples that take long to generate. They are cached until
              this function's module, its imports, a file that it reads, or a package changes
    """

    read: Callable[..., Data]
    packages: Sequence[str] = ()
    rows: Callable[[], Parts] | None = None


def _held_out(data: Data) -> Split | None:
    return data.test or data.validation


@dataclass(frozen=True)
class Dataset:
    """A named data set and its sources, in order of precedence.

    name       of the data set's folder among the downloads, and of its module
    sources    any number of `Local` and `LocalGroup`, at most one `Download` or `DownloadGroup`,
               at most one `BuiltIn`
    real       selects the examples of the real set's `Data` that evaluate a model trained on the
               built-in examples; default: its test part, or else its validation part
    show_rows  whether the licence allows single examples on a page, with the title beside them
    how_to_get a sentence on how to get the files, for a set without a download
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
