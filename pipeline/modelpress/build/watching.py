"""Watches the sources of a site for `modelpress serve`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from modelpress.build.archive import archive_path
from modelpress.caching.keys import PACKAGE
from modelpress.core.errors import ModelpressError
from modelpress.core.inheriting import inherited
from modelpress.core.project import Project
from modelpress.spec.discovery import find_models

LOOK_EVERY_S = 0.5
SETTLED_S = 0.1  # pause without a further change: editors and checkouts write several files
_NO_SOURCES = {"__pycache__", ".git", ".hg", ".svn", "node_modules", ".venv"}

Stamp = tuple[int, int, int]


def watched(project: Project) -> list[Path]:
    """Returns the files and folders that a build reads; some may not exist yet.

    Pages, settings, the author's theme, model files and project modules that they import, and in a
    checkout the browser's sources.
    """
    from modelpress.node.bundle import assets_root

    places = [project.config_file, *inherited(project.config_file), project.docs_dir]
    places += [project.models_dir, project.failures_dir]
    if project.custom_dir:
        places.append(project.custom_dir)
    places += [*project.watch, *_modules(project)]
    if assets_root().is_relative_to(project.root):
        places += [assets_root() / name for name in ("src", "styles", "build")]
    return list(dict.fromkeys(places))


def _modules(project: Project) -> Iterator[Path]:
    from modelpress.build.failure_chain import find_failures
    from modelpress.caching.keys import model_sources

    try:
        files = [*find_models(project).values(), *find_failures(project).values()]
    except ModelpressError:  # the build reports it
        return
    for path in files:
        for name in model_sources(path, project.import_roots):
            for root in (*project.import_roots, PACKAGE.parent):
                if (root / name).is_file():
                    yield root / name
                    break


class Watch:
    """Detects changed, new and removed files in `places`, except those that a build writes."""

    def __init__(self, project: Project) -> None:
        self._seen: dict[Path, dict[str, Stamp]] = {}
        self.follow(project)

    def follow(self, project: Project) -> None:
        """Watches the current sources of `project`. Keeps pending changes of known places."""
        self._written = {project.site_dir, project.state_dir, archive_path(project)}
        places = watched(project)
        self._seen = {
            place: self._seen[place] if place in self._seen else self._look(place)
            for place in places
        }

    def wait(self) -> float:
        """Waits for a change that has settled; returns the time of its detection."""
        while not self._changed():
            time.sleep(LOOK_EVERY_S)
        noticed = time.monotonic()
        time.sleep(SETTLED_S)
        while self._changed():
            time.sleep(SETTLED_S)
        return noticed

    def _changed(self) -> bool:
        now = {place: self._look(place) for place in self._seen}
        changed = now != self._seen
        self._seen = now
        return changed

    def _look(self, place: Path) -> dict[str, Stamp]:
        return dict(_stamps(place, {str(path) for path in self._written}))


def _stamps(place: Path, written: set[str]) -> Iterator[tuple[str, Stamp]]:
    """Yields each file at or below `place` with its stamp, which differs after a change."""
    if str(place) in written:
        return
    folders, seen = [str(place)], set()
    if (stamp := _stamp(folders[0])) and not place.is_dir():
        yield folders.pop(), stamp
    while folders:
        folder = folders.pop()
        real = os.path.realpath(folder)
        if real in seen or real in written:  # symbolic links may form cycles
            continue
        seen.add(real)
        for entry in _entries(folder):
            if entry.name in _NO_SOURCES or entry.path in written:
                continue
            if entry.is_dir():
                folders.append(entry.path)
            elif stamp := _stamp(entry.path):
                yield entry.path, stamp


def _entries(folder: str) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:  # missing or unreadable
        return ()


def _stamp(path: str) -> Stamp | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
