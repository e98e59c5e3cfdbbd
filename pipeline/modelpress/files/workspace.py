"""Locks a project's state folder for one command at a time, and repairs what others left.

`modelpress.files.state_folder` describes its contents.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from modelpress.core.project import Project
from modelpress.core.writing import UNFINISHED
from modelpress.files.state_folder import mark_state_folder, require_state_folder
from modelpress.files.swapping import complete_swap

WAIT_S = 60  # for the lock, before the state folder is checked again
_TEMPORARY = re.compile(r"[\w.-]+-[a-z0-9_]{8}")  # names from `tempfile`


@contextmanager
def locked(project: Project, note: Callable[[str], None]) -> Iterator[None]:
    """Locks the project against other commands; reports when it waits.

    Results of an interrupted build are repaired first, and those of a failed worker afterwards.

    Raises ModelpressError if Modelpress did not create the state folder.
    """
    lock = _acquired(project, note)
    try:
        mark_state_folder(project)  # again: a `clean` that ran meanwhile removed the mark
        _heal(project, note)
        try:
            yield
        finally:
            if project.state_dir.exists():  # `clean` removes it
                _heal(project, note)
    finally:
        lock.release()


def _acquired(project: Project, note: Callable[[str], None]) -> FileLock:
    """Acquires the project's lock. A `clean` that holds it removes the folder at its end."""
    lock = FileLock(project.state_dir / "lock")
    is_waiting = False
    while True:
        require_state_folder(project)
        try:
            mark_state_folder(project)
            lock.acquire(timeout=WAIT_S if is_waiting else 0)
        except Timeout:
            if not is_waiting:
                note("Waiting for another modelpress command in this project …")
            is_waiting = True
        except FileNotFoundError:
            if project.state_dir.is_dir():
                raise
        else:
            return lock


@contextmanager
def temporary_folder(project: Project, name: str) -> Iterator[Path]:
    """Yields an empty folder in the state folder; it is removed unless moved away."""
    tmp = project.state_dir / "tmp"
    tmp.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=tmp))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _heal(project: Project, note: Callable[[str], None]) -> None:
    complete_swap(project, note)
    tmp = project.state_dir / "tmp"
    if tmp.is_dir() and not tmp.is_symlink():
        for path in tmp.iterdir():
            if _TEMPORARY.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
        if not any(tmp.iterdir()):
            tmp.rmdir()
    for unfinished in project.state_dir.glob(f".*{UNFINISHED}"):
        unfinished.unlink(missing_ok=True)
