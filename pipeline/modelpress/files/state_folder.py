"""The ownership of files in the state folder.

    .modelpress/CACHEDIR.TAG      marks the folder as ours; backup programs that know it skip it
    .modelpress/.gitignore        excludes the folder from commits
    .modelpress/cache/<step>/<slug>/<key>/, public/, rows/, downloads/<data set>/, tmp/, swap/
    .modelpress/*.json            the plugin's input, and the list of archives

All other files in it are the author's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from modelpress.caching.keys import sha256
from modelpress.caching.store import ENTRY
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.core.writing import UNFINISHED, write_atomically
from modelpress.files import marks
from modelpress.files.marks import MARK
from modelpress.files.replacing import listed

TAG = "CACHEDIR.TAG"
TAG_TEXT = """\
Signature: 8a477f597d28d172789f06886806bc55
# This folder was made by Modelpress; `modelpress clean` removes it.
# The signature is that of https://bford.info/cachedir/: backups may leave the folder out.
"""
IGNORE = "*\n"
_RESTORED = {"cache", "downloads", "rows"}  # a CI cache may restore these without the tag
_JSON = ("site.json", "explore.json", "formulas.json", "made_from.json", "archive.json")
_KEY = re.compile(r"[0-9a-f]{16,}")
_ROWS = re.compile(r"\.?[\w-]+\.(npz|lock|part)")


def require_state_folder(project: Project) -> None:
    """Raises ModelpressError if the state folder is something that Modelpress did not make."""
    folder = project.state_dir
    if not os.path.lexists(folder):
        return
    where = project.relative(folder)
    if not folder.is_dir():
        raise ModelpressError(
            "Modelpress needs this name for its cache folder, but something else has it.",
            where=where,
            found="a link that leads to no folder" if folder.is_symlink() else "a file",
            next_step="Rename or remove it, and run the command again.",
        )
    if not _is_ours(folder):
        raise ModelpressError(
            "This folder contains files that Modelpress did not make.",
            where=where,
            found=listed([path.name for path in folder.iterdir()]),
            expected=f"no folder, an empty one, or one with Modelpress' {TAG}",
            next_step="Rename the folder, since Modelpress keeps its cache there, and run the "
            "command again.",
        )


def mark_state_folder(project: Project) -> None:
    """Creates the folder if missing, and marks it as ours."""
    folder = project.state_dir
    folder.mkdir(exist_ok=True)
    for name, text in ((TAG, TAG_TEXT), (".gitignore", IGNORE)):
        path = folder / name
        if not path.is_file() or path.read_bytes() != text.encode():
            write_atomically(path, text)


def own_files(project: Project, name: str) -> list[Path]:
    """Returns the files and folders that Modelpress created below one entry of the state folder.

    Links to folders are not followed.
    """
    folder = project.state_dir
    if name in _JSON:
        found: Iterable[Path] = [folder / name]
    elif name == "public":
        found = [folder / name / each for each in (*marks.own_names(folder / name), MARK)]
    elif name == "cache":
        found = filter(_is_entry, (folder / name).glob("*/*/*"))
    elif name == "rows":
        found = [file for file in (folder / name).glob("*") if _ROWS.fullmatch(file.name)]
    elif name == "downloads":
        found = (file for place in (folder / name).glob("*") for file in _fetched(place))
    else:
        found = []
    inside = [(path, path.relative_to(folder).as_posix()) for path in found]
    return [
        path
        for path, each in inside
        if marks.in_real_folder(folder, each) and (path.is_file() or path.is_dir())
    ]


def _is_ours(folder: Path) -> bool:
    names = {path.name for path in folder.iterdir() if not path.name.endswith(UNFINISHED)}
    if not names or _first_line(folder / TAG) == TAG_TEXT.splitlines()[0]:
        return True
    if (folder / "lock").is_file() and _first_line(folder / ".gitignore") == IGNORE.strip():
        return True  # of a version that wrote no tag
    if (folder / "lock").is_file() and not (folder / "lock").stat().st_size:
        names.discard("lock")  # `clean` removes it last
    return names <= _RESTORED and all((folder / name).is_dir() for name in names)


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.readline(200).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _is_entry(folder: Path) -> bool:
    """Returns whether a folder is a cache entry, complete or damaged."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return (folder / ENTRY).is_file() or _KEY.fullmatch(folder.name) is not None


def _fetched(folder: Path) -> Iterator[Path]:
    """Returns the downloaded files of one data set: those with a valid recorded checksum, and their
    companion files."""
    for path in folder.glob("*"):
        if path.name.endswith((".lock", ".part", UNFINISHED)):
            yield path
        elif path.name.endswith(".sha256"):
            file = path.with_suffix("")
            if file.is_file() and sha256(file) == path.read_text("ascii", "replace").strip():
                yield file
                yield path
