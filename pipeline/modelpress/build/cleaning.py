"""`modelpress clean`: removes files that Modelpress wrote and lists those it leaves."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from modelpress.build import archive as archiving
from modelpress.core.project import Project
from modelpress.files import marks
from modelpress.files.marks import MARK
from modelpress.files.replacing import SHOWN
from modelpress.files.site_folder import require_site_folder
from modelpress.files.state_folder import TAG, own_files, require_state_folder
from modelpress.files.swapping import remove_own
from modelpress.files.workspace import locked

_LAST = (".gitignore", TAG, "lock")


def clean(project: Project, *, keep_downloads: bool) -> list[str]:
    """Removes the built site and the caches; returns a sentence per removed or left item.

    Raises ModelpressError if the site folder or the state folder can't be one of Modelpress'.
    """
    require_site_folder(project)
    require_state_folder(project)
    archive = archiving.archive_path(project)
    if not any(map(os.path.lexists, (project.state_dir, project.site_dir, archive))):
        return ["There is nothing to remove."]
    messages: list[str] = []
    with locked(project, messages.append):
        _clean_site(project, messages)
        _clean_archive(project, archive, messages)
        left = _clean_state(project, messages, keep_downloads=keep_downloads)
        if not left:
            _remove_state_folder(project)
    return messages or ["There is nothing to remove."]


def _clean_site(project: Project, messages: list[str]) -> None:
    place, name = project.site_dir, project.relative(project.site_dir)
    mark = marks.read(place) if place.is_dir() else None
    if mark is None:
        if place.is_dir() and any(place.iterdir()):
            messages.append(f"Left {name}: Modelpress did not make it.")
        return
    removed = [each for each, value in mark.files.items() if remove_own(place, each, value)]
    (place / MARK).unlink()
    left = sorted(path.name for path in place.iterdir())
    if not left and mark.made:
        place.rmdir()
        messages.append(f"Removed {name}.")
        return
    messages.append(f"Removed {len(removed):,} files from {name}.")
    if not left:
        return
    shown = ", ".join(f"{name}/{each}" for each in left[:SHOWN])
    more = f" and {len(left) - SHOWN:,} more" if len(left) > SHOWN else ""
    messages.append(f"Left {shown}{more}: not made by Modelpress, or changed since.")


def _clean_archive(project: Project, archive: Path, messages: list[str]) -> None:
    if not os.path.lexists(archive):
        return
    if archiving.is_ours(project, archive):
        archive.unlink()
        messages.append(f"Removed {project.relative(archive)}.")
    else:
        messages.append(f"Left {project.relative(archive)}: Modelpress did not make it.")


def _clean_state(project: Project, messages: list[str], *, keep_downloads: bool) -> bool:
    """Returns whether something is left in the state folder."""
    left = False
    for path in sorted(project.state_dir.iterdir()):
        if path.name in _LAST:
            continue
        if keep_downloads and path == project.downloads_dir:
            messages.append(f"Kept {project.relative(path)}.")
            left = True
            continue
        own = own_files(project, path.name)
        size = sum(map(_size, own))
        for each in own:
            _remove(each)
        if path.is_dir() and not path.is_symlink():
            _remove_empty(path)
        if own or not os.path.lexists(path):
            messages.append(f"Removed {project.relative(path)}, {size / 1e6:.1f} MB.")
        if os.path.lexists(path):
            what = "it holds files that Modelpress did not make"
            messages.append(
                f"Left {project.relative(path)}: "
                f"{what if path.is_dir() else 'Modelpress did not make it'}."
            )
            left = True
    return left


def _remove_state_folder(project: Project) -> None:
    """Removes the lock last: a waiting command may create the folder again."""
    for name in _LAST:
        (project.state_dir / name).unlink(missing_ok=True)
    if not project.state_dir.is_symlink():
        with suppress(OSError):
            project.state_dir.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _remove_empty(folder: Path) -> None:
    """Removes folders that contain nothing but folders."""
    for place, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):  # not empty
            Path(place).rmdir()


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
