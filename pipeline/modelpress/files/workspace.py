"""The state folder of a project: one command at a time, and nothing half done.

What is in it and whose it is: `modelpress.files.state_folder`.
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

WAIT_S = 60  # for the lock, until the state folder is looked for again
_TEMPORARY = re.compile(r"[\w.-]+-[a-z0-9_]{8}")  # as `tempfile` names what it makes


@contextmanager
def locked(project: Project, note: Callable[[str], None]) -> Iterator[None]:
    """No other command works on this project meanwhile. Waiting is said. What an interrupted
    build left behind is put right first, and what a failed worker left behind afterwards.

    Raises ModelpressError where the state folder is one that Modelpress did not make.
    """
    lock = _acquired(project, note)
    try:
        mark_state_folder(project)  # once more: a `clean` that was waited for took the mark away
        _heal(project, note)
        try:
            yield
        finally:
            if project.state_dir.exists():  # `clean` removes it
                _heal(project, note)
    finally:
        lock.release()


def _acquired(project: Project, note: Callable[[str], None]) -> FileLock:
    """The project's lock, held. A `clean` that is waited for takes the folder away with it."""
    lock = FileLock(project.state_dir / "lock")
    said = False
    while True:
        require_state_folder(project)
        try:
            mark_state_folder(project)
            lock.acquire(timeout=WAIT_S if said else 0)
        except Timeout:
            if not said:
                note("Waiting for another modelpress that works on this project …")
            said = True
        except FileNotFoundError:
            if project.state_dir.is_dir():
                raise
        else:
            return lock


@contextmanager
def temporary_folder(project: Project, name: str) -> Iterator[Path]:
    """An empty folder in the state folder, gone afterwards unless it was moved away."""
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
