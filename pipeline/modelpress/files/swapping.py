"""Replaces a folder written by an earlier build with a new one.

    <state>/swap/journal.json    the swap in progress: written last, removed last
    <state>/swap/new/            new files that have not been moved yet
    <state>/swap/old/            the folder that has been moved away

A folder that contains only build output is replaced as a whole, by two renames. If it contains
other files, they stay in place and the build's files are moved one by one. An interrupted process
leaves the journal, and the next command completes the swap.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically
from modelpress.files import marks
from modelpress.files.marks import MARK, Contents, Mark
from modelpress.files.replacing import in_the_way, refusal, require_replaceable

JOURNAL = "journal.json"


@dataclass(frozen=True)
class _Swap:
    """A swap in progress.

    place: relative to the project's root. old, new: fingerprints of our files there, before and
    after. made: whether the folder itself is ours. whole: whether it contained only our files.
    """

    place: str
    old: dict[str, str]
    new: dict[str, str]
    made: bool
    whole: bool


def swap(project: Project, made: Path, place: Path) -> None:
    """Replaces the files that an earlier build wrote into `place` by those in `made`.

    Raises ModelpressError if other files are in the way; `place` is then unchanged.
    """
    new = marks.of(made, made=True).files
    if (made / MARK).exists():
        raise refusal(project, place, [MARK])
    contents, was_made = _found(project, place)
    whole = was_made and not contents.others
    blocking, equal = ([], []) if whole else in_the_way(place, contents, new)
    if blocking:
        raise refusal(project, place, blocking)
    for name in equal:  # the author's files, already with the right content
        (made / name).unlink()
        del new[name]
    marks.write(made, Mark(new, was_made))
    folder = swap_folder(project)
    folder.mkdir(exist_ok=True)
    made.rename(folder / "new")
    under_way = _Swap(os.path.relpath(place, project.root), contents.ours, new, was_made, whole)
    write_atomically(folder / JOURNAL, json.dumps(asdict(under_way)))
    try:
        _carry_out(project, under_way, checked=True)
    except OSError as error:
        if not _undone(folder, place, under_way):
            raise
        if error.errno in (errno.EXDEV, errno.EBUSY):
            raise ModelpressError(
                "The new folder can't replace the old one by renaming.",
                where=str(place),
                found=error.strerror or str(error),
                expected="a folder on the same file system as the project, not a mount point",
                next_step="Choose another `site_dir` in mkdocs.yml and copy from there.",
            ) from error
        raise


def complete_swap(project: Project, note: Callable[[str], None]) -> None:
    """Completes a swap that an interrupted process has left."""
    folder = swap_folder(project)
    if not folder.is_dir():
        return
    under_way = _journal(folder)
    if under_way is not None:
        _carry_out(project, under_way)
    elif (folder / "old").exists():
        note(f"Kept the rest of an interrupted build in {_set_aside(project, folder / 'old')}.")
    _end(folder)


def swap_folder(project: Project) -> Path:
    """Returns the folder for the files of a swap in progress."""
    return project.state_dir / "swap"


def remove_own(folder: Path, name: str, expected: str) -> bool:
    """Removes one of our files, unless changed, and the folders that become empty.

    Returns whether the file no longer exists.
    """
    path = folder / name
    if not marks.in_real_folder(folder, name):
        return False
    if not expected or marks.fingerprint(path) != expected:
        return not os.path.lexists(path)
    path.unlink()
    for parent in path.parents:
        if parent == folder or not _remove_if_empty(parent):
            break
    return True


def _found(project: Project, place: Path) -> tuple[Contents, bool]:
    """Returns the contents of `place`, and whether the folder itself is ours."""
    if not place.is_relative_to(project.state_dir):
        return require_replaceable(project, place)
    if not os.path.lexists(place):
        return Contents(), True
    # In the state folder, a changed file is a damaged one.
    contents = marks.look(place, marks.read(place) or marks.of(place, made=True))
    return Contents(ours=contents.ours | contents.edited, others=contents.others), True


def _carry_out(project: Project, under_way: _Swap, *, checked: bool = False) -> None:
    """Carries out the remaining steps of a swap. checked: whether `place` was just inspected."""
    folder = swap_folder(project)
    new, previous = folder / "new", folder / "old"
    place = Path(os.path.normpath(project.root / under_way.place))
    if under_way.whole and new.exists():
        free = not os.path.lexists(place)
        if not free and not previous.exists() and (checked or _is_as_it_was(place, under_way)):
            place.rename(previous)
            free = True
        if free:
            place.parent.mkdir(parents=True, exist_ok=True)
            new.rename(place)
    if new.exists():
        _move_files(new, place, under_way)
    if previous.exists():
        _clear_previous(project, previous, place, under_way.old)
    _end(folder)


def _is_as_it_was(place: Path, under_way: _Swap) -> bool:
    contents = marks.look(place, Mark(under_way.old))
    return not contents.others and not contents.edited


def _move_files(new: Path, place: Path, under_way: _Swap) -> None:
    """Moves the new files into place one by one, and removes the old ones.

    A file that the author has added in such a place is kept.
    """
    place.mkdir(parents=True, exist_ok=True)
    gone = [name for name in under_way.old if name not in under_way.new]
    folders = {parent for name in under_way.new for parent in _folders(name)}
    for name in gone:
        if name in folders or any(parent in under_way.new for parent in _folders(name)):
            remove_own(place, name, under_way.old[name])
    kept = [
        name for name in marks.names(new) if name != MARK and not _move(new, place, name, under_way)
    ]
    for name in gone:
        remove_own(place, name, under_way.old[name])
    if (new / MARK).exists():
        if kept:
            files = {name: value for name, value in under_way.new.items() if name not in kept}
            marks.write(new, Mark(files, under_way.made))
        (new / MARK).replace(place / MARK)
    shutil.rmtree(new)


def _move(new: Path, place: Path, name: str, under_way: _Swap) -> bool:
    """Moves one file; returns whether it is now in place as one of ours."""
    target = place / name
    if not marks.in_real_folder(place, name):
        return False
    if target.is_dir() and not target.is_symlink():
        _remove_empty_below(target)
    if os.path.lexists(target):
        found = marks.fingerprint(target)
        if found != under_way.old.get(name):
            return False
        if found == under_way.new[name]:
            return True
    target.parent.mkdir(parents=True, exist_ok=True)
    (new / name).replace(target)
    return True


def _clear_previous(project: Project, previous: Path, place: Path, old: dict[str, str]) -> None:
    """Deletes the old folder. Files in it that no build wrote move back into place."""
    for name in marks.names(previous):
        if name != MARK and not remove_own(previous, name, old.get(name, "")):
            target = place / name
            if marks.in_real_folder(place, name) and not os.path.lexists(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                (previous / name).rename(target)
    (previous / MARK).unlink(missing_ok=True)
    _remove_empty_below(previous)
    if previous.exists():
        _set_aside(project, previous)


def _set_aside(project: Project, folder: Path) -> Path:
    """Moves files that are not ours to a folder in the state folder that no command removes."""
    aside = Path(tempfile.mkdtemp(prefix="set-aside-", dir=project.state_dir))
    return folder.rename(aside / "files")


def _undone(folder: Path, place: Path, under_way: _Swap) -> bool:
    """Reverts a failed swap if possible; returns whether the folder is as it was before."""
    new, previous = folder / "new", folder / "old"
    if not new.exists() or len(marks.names(new)) != len(under_way.new) + 1:
        return False
    if previous.exists():
        if os.path.lexists(place):
            return False
        previous.rename(place)
    _end(folder)
    return True


def _end(folder: Path) -> None:
    """Ends the swap and removes new files that were not moved."""
    (folder / JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(folder / "new", ignore_errors=True)
    _remove_if_empty(folder)


def _journal(folder: Path) -> _Swap | None:
    try:
        return _Swap(**json.loads((folder / JOURNAL).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _folders(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _remove_empty_below(folder: Path) -> None:
    """Removes a folder that contains only folders."""
    for place, _, _ in os.walk(folder, topdown=False):
        if not _remove_if_empty(Path(place)):
            return


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
