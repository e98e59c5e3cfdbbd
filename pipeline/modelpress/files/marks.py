"""The mark in a folder that a build writes: the list of Modelpress' own files.

    <folder>/.modelpress-files.json    path and SHA-256 of each file

A file is ours while it is listed and its content is unchanged. Everything else in the folder is the
author's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from modelpress.caching.keys import sha256
from modelpress.core.writing import write_atomically

MARK = ".modelpress-files.json"


@dataclass(frozen=True)
class Mark:
    """The list of our files in a folder.

    files: fingerprint by path relative to the folder. made: whether the build created the folder.
    """

    files: dict[str, str] = field(default_factory=dict)
    made: bool = False


@dataclass
class Contents:
    """The contents of a folder, by ownership.

    ours: as written. edited: listed, but changed since. others: not listed; a folder without any
    listed file is one entry, which ends in '/'.
    """

    ours: dict[str, str] = field(default_factory=dict)
    edited: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def fingerprint(path: Path) -> str:
    """Returns the SHA-256 of a file, the target of a link, or '' for anything else."""
    if path.is_symlink():
        return f"link to {path.readlink()}"
    return sha256(path) if path.is_file() else ""


def read(folder: Path) -> Mark | None:
    """Returns the mark in a folder, or None if it has no valid one.

    An empty file is the mark of a folder without files of ours.
    """
    path = folder / MARK
    if path.is_symlink() or not path.is_file():
        return None
    try:
        found = path.read_text("utf-8")
        content = json.loads(found) if found.strip() else {"files": {}}
        files, made = content["files"], bool(content.get("made"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(files, dict) or not all(map(_is_listed, files.items())):
        return None
    return Mark(files, made)


def of(folder: Path, *, made: bool) -> Mark:
    """Returns the mark of a folder whose files are all ours."""
    files = {name: fingerprint(folder / name) for name in names(folder) if name != MARK}
    return Mark(files, made)


def write(folder: Path, mark: Mark) -> None:
    """Writes the mark into a folder, atomically."""
    write_atomically(folder / MARK, text(mark))


def text(mark: Mark) -> str:
    """Returns a mark as text, one file per line so that a commit shows what changed."""
    content = {"files": mark.files, "made": mark.made}
    return json.dumps(content, indent=0, sort_keys=True) + "\n"


def names(folder: Path) -> list[str]:
    """Returns all files and links below a folder, sorted. Links to folders are not followed."""
    return sorted(_names(folder, ""))


def own_names(folder: Path) -> list[str]:
    """Returns the existing files listed in a folder's mark, or all files without a mark."""
    mark = read(folder)
    if mark is None:
        return [name for name in names(folder) if name != MARK]
    return [name for name in sorted(mark.files) if (folder / name).is_file()]


def look(folder: Path, mark: Mark) -> Contents:
    """Returns a folder's contents by ownership. Folders without a listed file are not entered."""
    contents = Contents()
    entered = {str(parent) for name in mark.files for parent in PurePosixPath(name).parents}
    _look(folder, "", mark, entered, contents)
    return contents


def is_ours(folder: Path, name: str) -> bool:
    """Returns whether a path in a folder is one of our files, unchanged."""
    mark = read(folder)
    expected = mark.files.get(name) if mark else None
    return (
        bool(expected) and in_real_folder(folder, name) and expected == fingerprint(folder / name)
    )


def in_real_folder(folder: Path, name: str) -> bool:
    """Returns whether all parents of a path in `folder` are real folders, not links or files."""
    on_the_way = [folder / parent for parent in PurePosixPath(name).parents if str(parent) != "."]
    return not any(
        place.is_symlink() or (place.exists() and not place.is_dir()) for place in on_the_way
    )


def _look(folder: Path, above: str, mark: Mark, entered: set[str], contents: Contents) -> None:
    for entry in sorted(os.scandir(folder / above), key=lambda entry: entry.name):
        name = f"{above}{entry.name}"
        if name == MARK:
            continue
        if entry.is_dir(follow_symlinks=False):
            if name in entered:
                _look(folder, f"{name}/", mark, entered, contents)
            else:
                contents.others.append(f"{name}/")
        elif name not in mark.files:
            contents.others.append(name)
        else:
            found = fingerprint(folder / name)
            listed = contents.ours if found == mark.files[name] else contents.edited
            listed[name] = found


def _names(folder: Path, above: str) -> Iterator[str]:
    for entry in os.scandir(folder / above):
        name = f"{above}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _names(folder, f"{name}/")
        else:
            yield name


def _is_listed(item: tuple[object, object]) -> bool:
    """Returns whether an entry of a mark names a file within the folder."""
    name, value = item
    if not isinstance(name, str) or not isinstance(value, str) or not value:
        return False
    parts = name.split("/")
    return name != MARK and "\0" not in name and not {"", ".", ".."}.intersection(parts)
