"""The state folder of a project: one build at a time, and swaps that are whole or not at all."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.cache import UNFINISHED, write_atomically
from pipeline.errors import ModelpressError
from pipeline.project import Project

ARCHIVE = "modelpress-site.zip"  # beside the site
PREVIOUS = "previous"  # ending of what a swap has moved out of the way
IGNORE = "*\n"
WAIT_S = 60  # for the lock, until the state folder is looked for again


@contextmanager
def locked(project: Project, note: Callable[[str], None]) -> Iterator[None]:
    """No other command works on this project meanwhile. Waiting is said. What an interrupted
    build left behind is put right first, and what a failed worker left behind afterwards."""
    lock = _acquired(project, note)
    try:
        ignore = project.state_dir / ".gitignore"
        if not ignore.is_file() or ignore.read_bytes() != IGNORE.encode():
            write_atomically(ignore, IGNORE)
        _heal(project)
        try:
            yield
        finally:
            if project.state_dir.exists():  # `clean` removes it
                _heal(project)
    finally:
        lock.release()


def _acquired(project: Project, note: Callable[[str], None]) -> FileLock:
    """The project's lock, held. A `clean` that is waited for takes the folder away with it."""
    lock = FileLock(project.state_dir / "lock")
    said = False
    while True:
        project.state_dir.mkdir(exist_ok=True)
        try:
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


def swap(project: Project, made: Path, place: Path) -> None:
    """`made` takes the place of the folder `place`, by two renames.

    Between them `place` is missing for an instant; if the process ends there, the next `locked`
    puts the old folder back.
    """
    previous = _previous(project, place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            place.rename(previous)
        made.rename(place)
    except OSError as error:
        if previous.exists() and not place.exists():
            previous.rename(place)
        if error.errno in (errno.EXDEV, errno.EBUSY):
            raise ModelpressError(
                "The new folder can't take the place of the old one by renaming.",
                where=str(place),
                found=error.strerror or str(error),
                expected="a folder on the same file system as the project, and no mount point",
                next_step="Choose another `site_dir` in mkdocs.yml and copy from there.",
            ) from error
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _heal(project: Project) -> None:
    for place in (project.site_dir, project.public_dir):
        previous = _previous(project, place)
        if previous.exists() and not place.exists():
            previous.rename(place)
    tmp = project.state_dir / "tmp"
    if tmp.is_file():
        tmp.unlink()
    shutil.rmtree(tmp, ignore_errors=True)
    for unfinished in project.state_dir.glob(f".*{UNFINISHED}"):
        unfinished.unlink(missing_ok=True)


def _previous(project: Project, place: Path) -> Path:
    tmp = project.state_dir / "tmp"
    tmp.mkdir(parents=True, exist_ok=True)
    return tmp / f"{place.name}.{PREVIOUS}"


def clean(project: Project, *, keep_downloads: bool) -> list[str]:
    """Removes the state folder and the site; returns a sentence for each thing removed."""
    archive = archive_path(project)
    if not any(path.exists() for path in (project.state_dir, project.site_dir, archive)):
        return ["There is nothing to remove."]
    said: list[str] = []
    with locked(project, said.append):
        for path in sorted(project.state_dir.iterdir()):
            if path.name in ("lock", ".gitignore", "tmp"):
                continue
            if keep_downloads and path == project.downloads_dir:
                said.append(f"Kept {project.relative(path)}.")
                continue
            said.append(f"Removed {project.relative(path)}, {_size(path) / 1e6:.1f} MB.")
            _remove(path)
        if project.site_dir.exists():
            said.append(f"Removed {project.relative(project.site_dir)}.")
            _remove(project.site_dir)
        if archive.exists():
            said.append(f"Removed {project.relative(archive)}.")
            _remove(archive)
        if not (keep_downloads and project.downloads_dir.exists()):
            _remove(project.state_dir)
    return said or ["There is nothing to remove."]


def archive_path(project: Project) -> Path:
    """The site as one file, where `build --archive` puts it."""
    return project.site_dir.with_name(ARCHIVE)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
