"""Adds Modelpress' files to a built site. They never replace an author's file."""

from __future__ import annotations

import os
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from modelpress.core.errors import ModelpressError
from modelpress.files import marks
from modelpress.files.marks import Mark


def add_file(site_dir: Path, name: str, content: str | bytes) -> None:
    """Writes a file into the site. Raises ModelpressError if an author's file has the name."""
    path = site_dir / name
    data = content.encode() if isinstance(content, str) else content
    ours = marks.is_ours(site_dir, name)
    if os.path.lexists(path) and not ours:
        if path.is_file() and path.read_bytes() == data:
            return
        raise _taken(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise _taken(name) from error
    path.write_bytes(data)
    mark = marks.read(site_dir)
    if ours and mark is not None:  # MkDocs builds into the site's folder itself
        files = {**mark.files, name: marks.fingerprint(path)}
        marks.write(site_dir, Mark(files, mark.made))


def add_published(public: Path, files: Files, config: MkDocsConfig) -> None:
    """Adds the public folder's files to MkDocs' list.

    Raises ModelpressError if the list has a file of the same name. Names are compared without case,
    as some file systems do.
    """
    taken = {
        file.dest_uri.casefold(): file.src_uri for file in files if not file.inclusion.is_excluded()
    }
    for name in marks.own_names(public):
        if name.casefold() in taken:
            raise _taken(name, taken[name.casefold()])
        path, unlisted = str(public / name), InclusionLevel.NOT_IN_NAV
        files.append(File.generated(config, name, abs_src_path=path, inclusion=unlisted))


def is_emptied(site_dir: Path) -> bool:
    """Returns whether a folder has only hidden files, as after MkDocs empties it."""
    return all(path.name.startswith(".") for path in site_dir.glob("*"))


def mark_site(site_dir: Path) -> None:
    """Marks the files that MkDocs wrote into an emptied folder.

    MkDocs does not remove hidden files, so these stay unmarked: they may be others'.
    """
    earlier = marks.read(site_dir)
    if earlier is None and os.path.lexists(site_dir / marks.MARK):
        return
    names = [name for name in marks.names(site_dir) if not name.startswith(".")]
    files = {name: marks.fingerprint(site_dir / name) for name in names}
    marks.write(site_dir, Mark(files, made=bool(earlier and earlier.made)))


def _taken(name: str, source: str = "") -> ModelpressError:
    return ModelpressError(
        "Modelpress adds a file of this name to the site, and the site has its own.",
        where=name,
        found=f"{source} in the pages' folder" if source else "a file of the author's",
        next_step="Rename yours, and build again.",
    )
