"""Decides what a build may replace: its own files. An author's file in the way is an error."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.files import marks
from modelpress.files.marks import MARK, Contents, Mark

OF_A_HOST = ("CNAME",)  # besides hidden files, part of any checkout for publishing
SHOWN = 8  # file names in a message


def require_replaceable(project: Project, place: Path) -> tuple[Contents, bool]:
    """Returns the contents of `place`, and whether the folder itself is ours.

    Raises ModelpressError if `place` contains visible files but no build's mark, or if files that a
    build wrote there were changed afterwards."""
    if not os.path.lexists(place):
        return Contents(), True
    mark = marks.read(place)
    contents = marks.look(place, mark or Mark())
    if mark is None:
        _require_empty(project, place, contents)
    if contents.edited:
        raise ModelpressError(
            "Files of the site were changed after the build that wrote them.",
            where=project.relative(place),
            found=listed(contents.edited),
            expected="the files as the build wrote them",
            next_step="Put your changes into the pages. Then delete these files, or move them "
            "away, and build again.",
        )
    return contents, bool(mark and mark.made)


def in_the_way(
    place: Path, contents: Contents, new: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Returns paths in `place` that are not ours but in the way of the files `new`, and those of
    `new` that the author already has there, byte for byte."""
    found: dict[str, None] = {}
    equal: list[str] = []
    for name, expected in new.items():
        blocking = next(filter(None, (_not_a_folder(place, p) for p in _above(name))), None)
        if blocking is not None:
            if blocking not in contents.ours:
                found[blocking] = None
        elif name in contents.ours or not os.path.lexists(place / name):
            continue
        elif (place / name).is_dir() and not (place / name).is_symlink():
            found |= dict.fromkeys(_others_below(place, name, contents))
        elif marks.fingerprint(place / name) == expected:
            equal.append(name)
        else:
            found[name] = None
    return list(found), equal


def refusal(project: Project, place: Path, names: Collection[str]) -> ModelpressError:
    """Returns the error for the author's files `names` in the way of a build in `place`."""
    return ModelpressError(
        "The build would overwrite files that it did not make. Nothing was changed.",
        where=project.relative(place),
        found=listed(names),
        next_step="Move these files away (into "
        f"{project.relative(project.docs_dir)} if they are part of the site), or choose another "
        "`site_dir`, and build again.",
    )


def listed(names: Collection[str]) -> str:
    """Returns the first names, one per line."""
    shown = sorted(names)[:SHOWN]
    more = len(names) - len(shown)
    return "\n".join([*shown, *([f"and {more:,} more"] if more else [])])


def _require_empty(project: Project, place: Path, contents: Contents) -> None:
    visible = [name for name in contents.others if not name.startswith(".")]
    visible = [name for name in visible if name not in OF_A_HOST]
    damaged = os.path.lexists(place / MARK)
    if not visible and not damaged:
        return
    what = (
        f"Modelpress' list of its files in this folder, {MARK}, can't be read."
        if damaged
        else "The site folder contains files that Modelpress did not make."
    )
    raise ModelpressError(
        what,
        where=project.relative(place),
        found=listed(visible or [MARK]),
        expected="a missing or empty folder, or one marked by an earlier build",
        next_step=f"Choose another `site_dir` in {project.config_file.name}. If this is an old "
        "site that you no longer need, delete it and build again.\n"
        f"To keep these files beside the site, put an empty file {MARK} there.",
    )


def _above(name: str) -> list[str]:
    """Returns the parent folders of a path, outermost first."""
    return [str(parent) for parent in reversed(PurePosixPath(name).parents)][1:]


def _not_a_folder(place: Path, name: str) -> str | None:
    path = place / name
    return name if path.is_symlink() or (path.exists() and not path.is_dir()) else None


def _others_below(place: Path, name: str, contents: Contents) -> list[str]:
    """Returns the files in a folder that are not ours."""
    found = [f"{name}/{each}" for each in marks.names(place / name)]
    return [each for each in found if each not in contents.ours]
