"""Observes which files an author's code reads, so that changing one makes the model stale.

On Linux the kernel reports each file that the process, its compiled libraries or its child
processes open, list or query (`kernel.py`). Elsewhere Python's audit events report files, and all
files in the models' folders that are not code count as read. The author's fields `reads` and `env`
name the rest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelpress.caching.hashes import digest
from modelpress.caching.observing.environment import observed_environment, variables
from modelpress.caching.observing.module_loader import quiet_here
from modelpress.caching.observing.noticing import Record, settled
from modelpress.caching.observing.scope import KINDS, MISSING, Scope, absolute, is_below
from modelpress.caching.observing.supervision import supervised
from modelpress.core.errors import ModelpressError

if TYPE_CHECKING:
    from modelpress.core.project import Project

Reads = dict[str, Any]  # files: name → kind, and env: names, as `reads.json` in the cache


class ReadFiles:
    """Collects the files that this process reads between construction and `stop`."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._scope = scope_of(project)
        self._environment = observed_environment()
        self._reads: Reads | None = None
        self._record = Record(self._scope)
        self._named: dict[str, tuple[str, str]] = {}  # in the author's fields: kind and state
        self._variables: set[str] = set()
        self._known: set[str] = set()
        self._known_folders: set[str] = set()
        self._included: list[Reads] = []
        self._on = True
        self._supervised = supervised()
        self._unseen = not self._supervised
        if self._supervised:
            self._supervised.begin(self._scope)
        else:
            for folder in self._scope.models:
                self._named[folder] = ("data", self._scope.state(folder, "data"))
            sys.addaudithook(self._on_event)  # hooks can't be removed, only switched off
        self._environment.begin()

    def name(self, fields: Any) -> None:
        """Adds what a Model or a Failure names in `reads` and `env`.

        Raises ModelpressError for a file that doesn't exist.
        """
        for path in named_files(fields.reads, self._project):
            self._named[path] = ("tree", self._scope.state(path, "tree"))
        self._variables |= set(fields.env)

    def name_file(self, path: Path) -> None:
        """Adds a file or folder that exists, whether or not a read of it is noticed."""
        name = absolute(str(path), str(self._project.root))
        self._named[name] = ("tree", self._scope.state(name, "tree"))

    def leave_out(self, files: Iterable[Path], folder: Path | None) -> None:
        """Ignores a Dataset's own files, and queries for others in their folder: the key holds the
        Dataset's sources, wherever the files are."""
        self._known |= {absolute(str(file), "/") for file in files}
        if folder is not None:
            self._known_folders.add(absolute(str(folder), "/"))

    def include(self, reads: Reads) -> None:
        """Adds the reads of another step whose result is used here."""
        self._included.append(reads)

    @contextmanager
    def apart(self) -> Iterator[ReadFiles]:
        """Collects the reads within the block separately; they don't count here.

        Earlier reads, such as those of imports, count for both.
        """
        on, stopped = self._on, self._reads is not None
        if not stopped:
            self._gather()
        other = ReadFiles(self._project)
        other._record.seen |= self._record.seen
        other._record.written |= self._record.written
        other._unseen |= self._unseen
        other._named |= self._named
        other._variables |= self._variables
        other._known, other._known_folders = self._known, self._known_folders
        yield other
        if not stopped:
            if self._supervised:
                self._supervised.begin(self._scope)
            self._environment.begin()
            self._pause(not on)

    def stop(self) -> Reads:
        """Returns the reads.

        Raises ModelpressError for a file that has changed since: the result would be cached under
        the key of the file's new content.
        """
        if self._reads is None:
            self._gather()
            recorded = self._record.seen.items()
            seen = {path: state for path, state in recorded if not self._is_known(path, *state)}
            seen |= self._named
            kinds, changed = settled(self._scope, seen, self._record.written)
            for path in changed:
                raise self._changed(path, *seen[path])
            if self._unseen:
                kinds |= dict.fromkeys(self._scope.models, "data")
            files = {self._project.relative(Path(path)): kind for path, kind in kinds.items()}
            for reads in self._included:
                for name, kind in reads["files"].items():
                    files[name] = max(kind, files.get(name, kind), key=KINDS.index)
                self._variables |= set(reads["env"])
            self._reads = {"files": files, "env": sorted(self._variables)}
        return self._reads

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Ignores reads within the block: they are the build's own."""
        if self._reads is not None:
            yield
            return
        self._pause(True)
        try:
            yield
        finally:
            self._pause(False)

    def _gather(self) -> None:
        """Collects what was recorded so far and ends the recording."""
        self._on = False
        self._variables |= set(self._environment.end())
        if self._supervised:
            ended = self._supervised.end()
            for path, (kind, state) in ended["seen"].items():
                known = self._record.seen.get(path)
                if known is None or KINDS.index(known[0]) < KINDS.index(kind):
                    self._record.seen[path] = (kind, state)
            self._record.written |= set(ended["written"])
            self._unseen |= ended["unseen"]
            self._variables |= set(ended["variables"])

    def _is_known(self, path: str, kind: str, state: str) -> bool:
        if path in self._known:
            return True
        return kind == "there" and any(is_below(path, each) for each in self._known_folders)

    def _pause(self, on: bool) -> None:
        self._on = self._environment.on = not on
        if self._supervised:
            self._supervised.pause(on)

    def _changed(self, path: str, kind: str, before: str) -> ModelpressError:
        if before == MISSING:
            what = "A file was added"
        else:
            what = "A folder has changed" if kind == "listing" else "A file has changed"
        return ModelpressError(
            f"{what} while the model was made from it.",
            where=self._project.relative(Path(path)),
            next_step="Build again. A file that the model writes must differ from those that it "
            "reads.",
        )

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Records Python's audit events where the kernel reports nothing."""
        if not self._on or quiet_here():
            return
        if event == "open":
            name, mode, flags = arguments
            self._seen(name, flags if mode is None else _flags(mode))
        elif event in ("os.listdir", "os.scandir", "sqlite3.connect"):
            self._seen(arguments[0] if arguments[0] is not None else ".", os.O_RDONLY)
        elif event == "subprocess.Popen":
            for name in (arguments[0], *_words(arguments[1])):
                self._seen(name, os.O_RDONLY)
        elif event in ("os.mkdir", "os.rmdir", "os.remove", "os.rename", "os.link", "os.symlink"):
            path = self._path(
                arguments[1 if event in ("os.rename", "os.link", "os.symlink") else 0]
            )
            if path:
                self._record.make(path)

    def _seen(self, name: Any, flags: int) -> None:
        path = self._path(name)
        if path:
            self._on = False  # reading its state opens it again
            try:
                self._record.open(path, flags)
            finally:
                self._on = True

    def _path(self, name: Any) -> str:
        if not isinstance(name, str | bytes | os.PathLike):
            return ""
        try:
            return absolute(os.fsdecode(name), os.getcwd())
        except (OSError, ValueError):  # no working directory, or an invalid name
            return ""


def scope_of(project: Project) -> Scope:
    """Returns the scope of the models and failures of `project`."""
    made = (project.state_dir, project.site_dir, project.site_dir.with_name("modelpress-site.zip"))
    return Scope(
        str(project.root),
        tuple(map(str, made)),
        tuple(str(folder) for folder in (project.models_dir, project.failures_dir)),
    )


def as_inputs(project: Project, reads: Reads) -> dict[str, Any]:
    """Returns a cache key's inputs from earlier reads: each file's and variable's present state."""
    scope = scope_of(project)
    files = {
        name: digest(scope.state(str(project.root / name), kind))
        for name, kind in reads["files"].items()
    }
    return {"files": files, "env": variables(reads["env"])}


def named_files(names: Sequence[Any], project: Project) -> list[str]:
    """Returns the paths named in a field `reads`. Raises ModelpressError for missing files."""
    found = []
    for name in names:
        path = absolute(os.fspath(name), str(project.root))
        if not os.path.exists(path):
            raise ModelpressError(
                "This field names a file that doesn't exist.",
                where="field `reads`",
                found=str(name),
                expected=f"a file or folder, relative to {project.root.name}/, the folder of "
                f"{project.config_file.name}",
                next_step="Correct the name or remove it.",
            )
        found.append(path)
    return found


def _flags(mode: str) -> int:
    if "w" in mode or "x" in mode:
        return os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    if "a" in mode and "+" not in mode:
        return os.O_WRONLY | os.O_CREAT
    return os.O_RDWR | (os.O_CREAT if "a" in mode else 0)


def _words(arguments: Any) -> Sequence[Any]:
    return arguments if isinstance(arguments, list | tuple) else str(arguments).split()
