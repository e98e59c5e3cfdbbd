"""The site as one file to give away: unpacked anywhere, it opens by double-click.

Beside the site, not within it; the same pages give the same bytes.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from modelpress.build.pages import build_pages
from modelpress.caching.keys import sha256
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically
from modelpress.files.workspace import temporary_folder

ARCHIVE = "modelpress-site.zip"
WRITTEN = "archive.json"  # in the state folder: SHA-256 of the archives that builds have written
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows
_PACKED = (".png", ".jpg", ".jpeg", ".webp", ".woff2", ".zip", ".gz", ".mp4")


def write_archive(project: Project, note: Callable[[str], None]) -> Path:
    """Builds the pages once more, as files that need no web server, and packs them.

    note: is told what of an author's own won't work there. Raises ModelpressError; an archive of an
    earlier build is then as it was.
    """
    from modelpress.site.publish.archive import to_archive

    with temporary_folder(project, "archive") as folder:
        site, packed = folder / "site", folder / ARCHIVE
        build_pages(project, site, archive=True)
        if not (site / "index.html").is_file():
            raise ModelpressError(
                "The archive would have no page to open.",
                where=project.relative(project.docs_dir),
                expected="a page index.md",
                next_step="Write it, or build without --archive.",
            )
        bundle = json.loads(project.site_json.read_bytes())["bundle"]
        for sentence in to_archive(site, project.public_dir, bundle):
            note(sentence)
        pack(site, packed)
        return put_archive(project, packed)


def archive_path(project: Project) -> Path:
    """Where `build --archive` puts it."""
    return project.site_dir.with_name(ARCHIVE)


def is_ours(project: Project, archive: Path) -> bool:
    """Whether an earlier build wrote this file, and it is as it was written."""
    known = _written(project).get(_name(project, archive), [])
    return archive.is_file() and not archive.is_symlink() and sha256(archive) in known


def require_archive_replaceable(project: Project) -> None:
    """Raises ModelpressError where a file or folder of the author's has the archive's name."""
    path = archive_path(project)
    if os.path.lexists(path) and not is_ours(project, path):
        raise ModelpressError(
            "The archive would replace this, which no build has written, or which has changed "
            "since. Nothing was changed.",
            where=project.relative(path),
            next_step="Rename, move or delete it, and build again.",
        )


def put_archive(project: Project, packed: Path) -> Path:
    """Moves a finished archive to its place. Its checksum is noted before, beside that of the one
    it replaces, so that both are known whenever the process ends."""
    require_archive_replaceable(project)
    path = archive_path(project)
    name, checksum = _name(project, path), sha256(packed)
    written = _written(project)
    before = [sha256(path)] if path.is_file() else []
    _note_written(project, {**written, name: [*before, checksum]})
    return packed.replace(path)


def _name(project: Project, archive: Path) -> str:
    """The archive's path from the project's root: the project may be moved."""
    return Path(os.path.relpath(archive, project.root)).as_posix()


def _written(project: Project) -> dict[str, list[str]]:
    try:
        found = json.loads((project.state_dir / WRITTEN).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _note_written(project: Project, written: dict[str, list[str]]) -> None:
    write_atomically(project.state_dir / WRITTEN, json.dumps(written, sort_keys=True))


def pack(folder: Path, out: Path) -> None:
    """A zip of all files of `folder`: their names in order, and no time of this machine's."""
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _LONG_AGO)
            entry.create_system = 3  # Unix: what the permissions are read as
            entry.external_attr = 0o100644 << 16
            packed = path.suffix in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
