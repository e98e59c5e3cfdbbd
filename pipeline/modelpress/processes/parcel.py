"""Sends the files of a project to another computer, and brings back what a build made there.

Parcels are tar archives. What is made is checked before it enters the cache here.
"""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from modelpress.caching.store import Cache
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project

LARGEST_BYTES = 1 << 30  # of a parcel, which is held in memory
_LEFT_OUT = (".git", "__pycache__", "node_modules", "pyvenv.cfg", "CACHEDIR.TAG")
_SHARED = ("downloads", "rows")  # folders of data sets in the state folder


def project_parcel(project: Project) -> bytes:
    """Returns the project's folder and its data sets.

    Left out: version control, installed packages, virtual environments, caches of other tools, the
    built site and Modelpress' own cache. Raises ModelpressError if models lie elsewhere, or if it
    is too large.
    """
    if not project.models_dir.is_relative_to(project.root):
        raise ModelpressError(
            "The folder of models is outside of the project, so workers can't get it.",
            where=str(project.models_dir),
            expected=f"a folder in {project.root}",
            next_step="Move it into the project, or omit --dask (MODELPRESS_DASK).",
        )
    data = [path for name in _SHARED for path in _all_files(project.state_dir / name)]
    return _packed(project, [*_sources(project), *data])


def cache_parcel(project: Project, slug: str) -> bytes:
    """Returns the cached entries of one model: steps that don't need to run again."""
    folders = sorted((project.state_dir / "cache").glob(f"*/{slug}"))
    return _packed(project, [path for folder in folders for path in _all_files(folder)])


def unpack(parcel: bytes, folder: Path) -> None:
    """Writes the files of a parcel below `folder`."""
    with tarfile.open(fileobj=io.BytesIO(parcel)) as archive:
        archive.extractall(folder, filter="data")


def state_files(project: Project) -> set[Path]:
    """Returns the files that a build keeps: cached entries and data sets."""
    names = ("cache", *_SHARED)
    return {path for name in names for path in _all_files(project.state_dir / name)}


def made_parcel(project: Project, before: set[Path]) -> bytes:
    """Returns the files that a build has added to those of `state_files` before it."""
    return _packed(project, sorted(state_files(project) - before))


def take_in(parcel: bytes, project: Project) -> None:
    """Adds the files of `made_parcel` to this project: entries to its cache, data sets beside.

    Raises ModelpressError if an entry is damaged.
    """
    if not parcel:
        return
    cache = Cache(project.state_dir, lambda text: None)
    cache.tmp.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="parcel-", dir=cache.tmp) as scratch:
        unpack(parcel, Path(scratch))
        made = Path(scratch) / project.state_dir.relative_to(project.root)
        for name in _SHARED:
            for path in list(_all_files(made / name)):
                place = project.state_dir / path.relative_to(made)
                place.parent.mkdir(parents=True, exist_ok=True)
                path.replace(place)
        for folder in sorted((made / "cache").glob("*/*/*")):
            damage = cache.adopt(folder.parts[-3], folder.parts[-2], folder)
            if damage:
                raise ModelpressError(
                    f"The {folder.parts[-3]} of {folder.parts[-2]} arrived damaged from a worker.",
                    found=damage,
                    next_step="Build again.",
                )


def _sources(project: Project) -> Iterator[Path]:
    made = {os.path.realpath(path) for path in (project.state_dir, project.site_dir)}
    waiting = [(project.root, frozenset[str]())]  # folder; the folders that it is in
    while waiting:
        folder, above = waiting.pop()
        real = os.path.realpath(folder)
        if real in made or real in above:  # a link to a folder that it is in
            continue
        for path in sorted(folder.iterdir()):
            if path.name in _LEFT_OUT:
                continue
            if path.is_file():
                yield path
            elif path.is_dir() and not any((path / mark).is_file() for mark in _LEFT_OUT):
                waiting.append((path, above | {real}))


def _all_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock")


def _packed(project: Project, files: list[Path]) -> bytes:
    size = sum(path.stat().st_size for path in files)
    if size > LARGEST_BYTES:
        largest = max(files, key=lambda path: path.stat().st_size)
        raise ModelpressError(
            "The project's files are too large to be sent to workers.",
            where=str(project.root),
            found=f"{size / 1e9:.1f} GB; the largest is {project.relative(largest)}",
            expected=f"at most {LARGEST_BYTES / 1e9:.1f} GB",
            next_step="Keep data outside of the project, in a place that the workers can read too "
            "(--data), or omit --dask (MODELPRESS_DASK).",
        )
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", dereference=True) as archive:
        for path in files:
            archive.add(path, path.relative_to(project.root).as_posix(), recursive=False)
    return content.getvalue()
