"""Selects the source of a data set's examples: local files, the download, or built-in ones.

This needs only names and the file system, so a build can tell whether the data has changed without
running the data set's code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import package_version, sha256
from modelpress.core.errors import ModelpressError

Files = tuple[tuple[str, ...], ...]  # the allowed names of each required file


@dataclass(frozen=True)
class DataRequest:
    """The user's data options: a folder or file of local data, whether to download, and whether to
    train on built-in examples even if the real set is available, which is then for evaluation."""

    path: Path | None = None
    download: bool = False
    builtin: bool = False


@dataclass(frozen=True)
class Wanted:
    """The files that a data set looks for.

    dataset   its name
    local     the files of each of its local sources, in order of precedence
    download  file names of its public download, () if it has none
    packages  packages whose version the built-in examples depend on
    builtin   whether it has built-in examples
    title, licence, url, download_urls, download_bytes (0: unknown), how_to_get  shown by
              `modelpress data`
    """

    dataset: str
    local: tuple[Files, ...] = ()
    download: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    builtin: bool = True
    title: str = ""
    licence: str = ""
    url: str = ""
    download_urls: tuple[str, ...] = ()
    download_bytes: int = 0
    how_to_get: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Wanted:
        """Returns the object that `as_dict` serialised, also after a JSON round trip."""
        local = tuple(tuple(tuple(names) for names in files) for files in fields["local"])
        lists = {n: tuple(fields[n]) for n in ("download", "packages", "download_urls")}
        return cls(**{**fields, **lists, "local": local})

    def local_names(self) -> list[str]:
        """Returns each local source's files by their first names, for messages."""
        return [" + ".join(names[0] for names in files) for files in self.any_of()]

    def any_of(self) -> Iterator[Files]:
        """Yields the local sources; a source of one file with several names counts as several."""
        for files in self.local:
            if len(files) == 1:
                yield from (((name,),) for name in files[0])
            else:
                yield files


@dataclass(frozen=True)
class Located:
    """The source of the examples.

    source   local, download or builtin
    paths    the files, () for builtin
    reader   index of the local source that reads them
    missing  whether a file must be downloaded first
    real     for builtin: the real set used for evaluation, if available
    """

    source: str
    paths: tuple[Path, ...] = ()
    reader: int = 0
    missing: bool = False
    real: Located | None = None


def locate(wanted: Wanted, request: DataRequest, downloads_dir: Path) -> Located:
    """Returns local data if present, else the download (used once fetched), else built-in.

    Raises ModelpressError if only some of several files that belong together are present.
    """
    real = find_local(wanted, request.path) or _downloaded(wanted, request, downloads_dir)
    if real is None:
        lacking = lacking_files(wanted, request.path)
        if lacking:
            raise ModelpressError(
                f"The local data set {wanted.dataset} is not complete.",
                where=str(request.path),
                found="no file named " + " or ".join(" or ".join(names) for names in lacking),
                expected=" or ".join(wanted.local_names()),
                next_step="Put the missing files beside the others, or move these elsewhere.",
            )
        return Located("builtin")
    if request.builtin and wanted.builtin:
        return Located("builtin", missing=real.missing, real=real)
    return real


def find_local(wanted: Wanted, place: Path | None) -> Located | None:
    """Returns the first local source whose files are all in the folder `place`, or beside and
    including the file `place`."""
    for reader, files in enumerate(wanted.local):
        paths = _paths(files, place)
        if paths and all(paths):
            return Located("local", tuple(path for path in paths if path), reader)
    return None


def lacking_files(wanted: Wanted, place: Path | None) -> list[tuple[str, ...]]:
    """Returns the allowed names of each missing file of an incomplete set; [] if none or all are
    present."""
    for files in wanted.local:
        paths = _paths(files, place)
        if any(paths) and not all(paths):
            return [names for names, path in zip(files, paths, strict=True) if not path]
    return []


def fingerprint(wanted: Wanted, located: Located) -> list[Any]:
    """Returns the cache key's part for these examples: their source and content."""
    if located.source != "builtin":
        return [located.source, [[path.name, sha256(path)] for path in located.paths]]
    versions = {name: package_version(name) for name in wanted.packages}
    real = [fingerprint(wanted, located.real)] if located.real else []
    return [located.source, versions, *real]


def _downloaded(wanted: Wanted, request: DataRequest, downloads_dir: Path) -> Located | None:
    if not wanted.download:
        return None
    paths = tuple(downloads_dir / wanted.dataset / name for name in wanted.download)
    here = all(path.is_file() for path in paths)
    return Located("download", paths, missing=not here) if here or request.download else None


def _paths(files: Files, place: Path | None) -> list[Path | None]:
    """Returns the file found for each required one. A file `place` must be one of them."""
    if place is None:
        return []
    if place.is_dir():
        return [_first(place, names) for names in files]
    if not any(place.name in names for names in files):
        return []
    return [
        _first(place.parent, (place.name,) if place.name in names else names) for names in files
    ]


def _first(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)
