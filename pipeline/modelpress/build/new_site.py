"""Writes the files of a new site into a folder: `modelpress new`.

A file that exists is never overwritten, and no folder of other files is mixed with the site's.
"""

from __future__ import annotations

import json
import os
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from modelpress.build.new_site_files import FILES, LOCAL, REQUIREMENTS
from modelpress.core.configuration import NAMES
from modelpress.core.errors import ModelpressError
from modelpress.core.version import __version__

FOLDERS = ("docs", "models", "failures", "explainers", "site")  # that a new site reads or writes


def write_site(folder: Path) -> list[Path]:
    """Writes a new site into `folder` and returns the paths of its files.

    The folder is made if it is missing, and may have other files, such as a README. Raises
    ModelpressError if one of the site's files exists, or if a folder that the site uses is not
    empty. Nothing is written then.
    """
    _require_free(folder)
    files = {**FILES, "requirements.txt": REQUIREMENTS.format(requirement=requirement())}
    name = re.sub(r"[^\w .-]+|[_-]+", " ", folder.resolve().name).strip() or "My site"
    written = []
    for relative, text in files.items():
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:  # never an existing file
            file.write(text.replace("SITE_NAME", json.dumps(name, ensure_ascii=False)))
        written.append(path)
    return written


def requirement() -> str:
    """Returns the line of requirements.txt that installs this Modelpress."""
    source = _installed_from()
    if source.startswith("git+"):
        return f"modelpress @ {source}"
    return f"modelpress=={__version__}" + (f"\n{LOCAL}" if source else "")


def _installed_from() -> str:
    """Returns the address that this Modelpress was installed from, '' for a package index."""
    try:
        text = distribution("modelpress").read_text("direct_url.json")
    except PackageNotFoundError:
        return "."
    if not text:
        return ""
    described = json.loads(text)
    version = described.get("vcs_info", {})
    if version.get("vcs") == "git":
        return f"git+{described['url']}@{version['commit_id']}"
    return str(described["url"])


def _require_free(folder: Path) -> None:
    for place in (folder, *folder.absolute().parents):
        if place.exists() and not place.is_dir():
            raise ModelpressError(
                "This is a file, and the site needs a folder.",
                where=str(place),
                next_step="Name another folder: `modelpress new FOLDER`.",
            )
    taken = [name for name in (*FILES, *NAMES, "requirements.txt") if _exists(folder / name)]
    taken += [f"{name}/" for name in FOLDERS if _is_used(folder / name)]
    if taken:
        raise ModelpressError(
            "This folder has files in the place of a new site's; nothing was written.",
            where=str(folder),
            found=", ".join(dict.fromkeys(taken)),
            expected="none of the files that the site is made of, and its folders empty",
            next_step="Name another folder: `modelpress new FOLDER`. To add Modelpress to an "
            "existing MkDocs site, name the plugin in its mkdocs.yml:\nplugins:\n  - search\n"
            "  - modelpress",
        )


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _is_used(folder: Path) -> bool:
    """Returns whether something else has this name, or the folder has files."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return True
    return folder.is_dir() and any(folder.iterdir())
