"""Packs the site into one zip file: unpacked anywhere, it opens by double-click.

The archive lies next to the site folder. Equal pages give equal bytes.
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
WRITTEN = "archive.json"  # in the state folder: SHA-256 of the archives that builds wrote
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time in the zip format
_PACKED = (".png", ".jpg", ".jpeg", ".webp", ".woff2", ".zip", ".gz", ".mp4")


def write_archive(project: Project, note: Callable[[str], None]) -> Path:
    """Builds the pages without the need for a web server, packs them, and returns the archive.

    note: called with each of the author's features that doesn't work there. Raises ModelpressError;
    the archive of an earlier build then stays unchanged.
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
    """Returns the path of the archive of `build --archive`."""
    return project.site_dir.with_name(ARCHIVE)


def is_ours(project: Project, archive: Path) -> bool:
    """Returns whether an earlier build wrote this file and it is unchanged since."""
    known = _written(project).get(_name(project, archive), [])
    return archive.is_file() and not archive.is_symlink() and sha256(archive) in known


def require_archive_replaceable(project: Project) -> None:
    """Raises ModelpressError if a file or folder of the author has the archive's name."""
    path = archive_path(project)
    if os.path.lexists(path) and not is_ours(project, path):
        raise ModelpressError(
            "No build wrote this file, or it has changed since, and the archive would replace it. "
            "Nothing was changed.",
            where=project.relative(path),
            next_step="Rename, move or delete it, and build again.",
        )


def put_archive(project: Project, packed: Path) -> Path:
    """Moves a finished archive to its place and returns the path.

    Records its checksum first, next to that of the replaced archive: both are known if the process
    ends in between.
    """
    require_archive_replaceable(project)
    path = archive_path(project)
    name, checksum = _name(project, path), sha256(packed)
    written = _written(project)
    before = [sha256(path)] if path.is_file() else []
    _record_written(project, {**written, name: [*before, checksum]})
    return packed.replace(path)


def _name(project: Project, archive: Path) -> str:
    """Returns the archive's path relative to the project's root: projects can move."""
    return Path(os.path.relpath(archive, project.root)).as_posix()


def _written(project: Project) -> dict[str, list[str]]:
    try:
        found = json.loads((project.state_dir / WRITTEN).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _record_written(project: Project, written: dict[str, list[str]]) -> None:
    write_atomically(project.state_dir / WRITTEN, json.dumps(written, sort_keys=True))


def pack(folder: Path, out: Path) -> None:
    """Writes a zip with all files of `folder`, sorted and without timestamps."""
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _LONG_AGO)
            entry.create_system = 3  # Unix, for the permissions below
            entry.external_attr = 0o100644 << 16
            packed = path.suffix in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
