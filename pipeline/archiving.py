"""The site as one file to give away: unpacked anywhere, it opens by double-click.

Beside the site, not within it; the same pages give the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import ModelpressError
from pipeline.pages import build_pages
from pipeline.project import Project
from pipeline.state import ARCHIVE, archive_path, temporary_folder

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows
_PACKED = (".png", ".jpg", ".jpeg", ".webp", ".woff2", ".zip", ".gz", ".mp4")


def write_archive(project: Project, note: Callable[[str], None]) -> Path:
    """Builds the pages once more, as files that need no web server, and packs them.

    note: is told what of an author's own won't work there. Raises ModelpressError; an archive of an
    earlier build is then as it was.
    """
    from pipeline.site.archive import to_archive

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
        return packed.replace(archive_path(project))


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
