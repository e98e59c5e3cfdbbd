"""Where a data set's rows come from this time: a local file, the download, or what is built in.

Needs only names and the file system, so a build can tell whether the data has changed without
running the data set's own code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.keys import package_version, sha256


@dataclass(frozen=True)
class DataRequest:
    """What the user asked for: a folder or file of local data, and whether to download."""

    path: Path | None = None
    download: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a data set looks for.

    dataset   its name
    local     file names it takes from a local folder, first found first
    download  file name of its public download, '' where it has none
    packages  packages whose version the built-in rows depend on
    """

    dataset: str
    local: tuple[str, ...] = ()
    download: str = ""
    packages: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Wanted:
        return cls(
            fields["dataset"],
            tuple(fields["local"]),
            fields["download"],
            tuple(fields["packages"]),
        )


@dataclass(frozen=True)
class Located:
    """source: local, download or builtin. path: the file, None for builtin. It may have to be
    fetched first (`missing`)."""

    source: str
    path: Path | None = None
    missing: bool = False


def locate(wanted: Wanted, request: DataRequest, downloads_dir: Path) -> Located:
    """Local data first, then the download (once fetched it is used from then on), then built-in."""
    if request.path is not None:
        folder, names = request.path, wanted.local
        if not request.path.is_dir():
            folder, names = request.path.parent, tuple({request.path.name} & set(wanted.local))
        for name in names:
            if (folder / name).is_file():
                return Located("local", folder / name)
    if wanted.download:
        path = downloads_dir / wanted.dataset / wanted.download
        if path.is_file() or request.download:
            return Located("download", path, missing=not path.is_file())
    return Located("builtin")


def fingerprint(wanted: Wanted, located: Located) -> list[Any]:
    """What a cache key holds for these rows: their source and content."""
    if located.path is not None:
        return [located.source, located.path.name, sha256(located.path)]
    return [located.source, {name: package_version(name) for name in wanted.packages}]
