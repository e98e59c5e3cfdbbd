"""Notices which files an author's functions open, so that a change in one makes the model stale."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import ModelpressError
from pipeline.keys import content
from pipeline.project import Project

# Python, its packages and the operating system: versions stand for these in the cache key.
_SYSTEM = tuple(map(Path, (sys.prefix, sys.base_prefix, "/proc", "/sys", "/dev", "/etc", "/usr")))


class ReadFiles:
    """Collects the files that Python code opens for reading between construction and `stop`.

    Seen are the project's files, and others outside hidden folders and the system's. Not seen is
    what compiled code opens by itself (`tf.io`): read such files in Python, or through a Dataset.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._files: dict[Path, str] = {}  # and what stands for its content, when first read
        self._on = True
        sys.addaudithook(self._notice)  # can't be removed, only switched off

    def stop(self) -> list[str]:
        """The files' absolute paths, sorted.

        Raises ModelpressError for a file that has changed since: what was made from it would be
        kept under the key of what it is now.
        """
        if self._on:
            self._on = False
            for path, before in self._files.items():
                if path.is_file() and content(path) != before:
                    raise ModelpressError(
                        "A file has changed while the model was made from it.",
                        where=self._project.relative(path),
                        next_step="Build again. A file that the model writes for itself has to be "
                        "another than those it reads.",
                    )
        return sorted(str(path) for path in self._files if path.is_file())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A Dataset's own files are known by its sources; they are not noticed again."""
        self._on = False
        try:
            yield
        finally:
            self._on = True

    def _notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._on or event != "open":
            return
        name, mode, flags = arguments
        if not isinstance(name, str | bytes | os.PathLike) or not _is_reading(mode, flags):
            return
        try:
            path = Path.cwd() / os.fsdecode(name)
        except OSError:  # the working directory is gone: nothing can be read relative to it
            return
        if path not in self._files and path.suffix not in (".py", ".pyc") and self._counts(path):
            self._files[path] = ""  # it is opened once more
            self._files[path] = content(path)

    def _counts(self, path: Path) -> bool:
        if path.is_relative_to(self._project.state_dir):
            return False
        if any(path.is_relative_to(folder) for folder in _SYSTEM):
            return False
        if path.is_relative_to(self._project.root):
            return True
        return not any(part.startswith(".") for part in path.parts)


def _is_reading(mode: str | None, flags: int) -> bool:
    if mode is not None:
        return "r" in mode and "+" not in mode
    return flags & os.O_ACCMODE == os.O_RDONLY
