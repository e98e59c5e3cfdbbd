"""Adds Modelpress' files to a folder that another program made, and replaces them later.

The folder's mark lists the files that were added. Pages that were rewritten are the generator's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically
from modelpress.files import marks
from modelpress.files.marks import MARK, Mark
from modelpress.files.replacing import in_the_way, listed
from modelpress.files.swapping import remove_own


def overlay(project: Project, made: Path, place: Path, pages: Collection[str]) -> None:
    """Adds the files in `made` to the folder `place`, and removes those of an earlier time.

    pages: names of the files in `made` that rewrite files in `place`. Each file is written in one
    step, pages last. Raises ModelpressError if other files are in the way, before any is written.
    """
    earlier = own_mark(project, place)
    new = {
        name: value for name, value in marks.of(made, made=False).files.items() if name not in pages
    }
    contents = marks.look(place, earlier)
    blocking, equal = in_the_way(place, contents, new)
    if blocking:
        raise ModelpressError(
            "Modelpress would overwrite files that it did not make. Nothing was changed.",
            where=project.relative(place),
            found=listed(blocking),
            next_step="Move or rename these files in what the folder is made from, and make it "
            "again. Files that Modelpress added and that were changed since can be deleted.",
        )
    for name in equal:  # the generator has the same file
        del new[name]
    added = {name: value for name, value in new.items() if name not in earlier.files}
    if added:  # first, so that no file is left unlisted
        marks.write(place, Mark({**earlier.files, **added}, earlier.made))
    for name in [*new, *pages]:
        _write(made / name, place / name)
    for name, value in earlier.files.items():
        if name not in new:
            remove_own(place, name, value)
    if new != earlier.files or not (place / MARK).exists():
        marks.write(place, Mark(new, earlier.made))


def own_mark(project: Project, place: Path) -> Mark:
    """Returns the mark of a folder that another program made.

    Raises ModelpressError if it can't be read, or is that of a site that `modelpress build` wrote.
    """
    mark = marks.read(place)
    if mark is None and os.path.lexists(place / MARK):
        raise ModelpressError(
            "Modelpress' list of its files in this folder can't be read.",
            where=project.relative(place / MARK),
            next_step="Delete the folder, let its generator make it again, and press it.",
        )
    if mark and any(name.endswith(".html") for name in mark.files):
        raise ModelpressError(
            "`modelpress build` wrote this folder, and its pages already have their figures.",
            where=project.relative(place),
            expected="a folder that another program makes",
            next_step="Run `modelpress build` again, or name another folder.",
        )
    return mark or Mark()


def _write(source: Path, target: Path) -> None:
    """Replaces a file in one step, unless it has this content; its permissions stay."""
    data = source.read_bytes()
    known = target.is_file() and not target.is_symlink()
    if known and target.read_bytes() == data:
        return
    if target.is_dir() and not target.is_symlink():
        for folder, _, _ in os.walk(target, topdown=False):  # `in_the_way` found no file in it
            Path(folder).rmdir()
    mode = target.stat().st_mode if known else None
    write_atomically(target, data)
    if mode is not None:
        target.chmod(mode)


def copied(place: Path, made: Path, earlier: Mark) -> None:
    """Copies a folder without Modelpress' own files."""
    own = {name for name, value in earlier.files.items() if marks.is_ours(place, name) and value}
    for name in marks.names(place):
        if name != MARK and name not in own:
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place / name, made / name)
