"""The small site of trainings once more, with search, the control and an archive, unpacked."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.archiving import NAME
from tests.built import built_once

# A person's own link, as a server understands it, and one that leaves the site.
PAGES = {
    "offline": "# Offline\n\n```offline\n```\n",
    "sub/links": '# Links\n\n<a href="../../gate/">Gate</a>, [Line](../line.md#line), '
    "[elsewhere](https://example.org/).\n",
}


def write_archive_site(trained: Path) -> Callable[[Path], object]:
    """A copy of the finished project `trained`: what is cached there stays cached."""

    def write(folder: Path) -> None:
        shutil.copytree(trained, folder, ignore=shutil.ignore_patterns("site"))
        config = folder / "mkdocs.yml"
        text = config.read_text()
        wanted = "plugins:\n  - search\n  - modelpress:\n      offline: true\n"
        assert "plugins:\n  - modelpress\n" in text
        config.write_text(text.replace("plugins:\n  - modelpress\n", wanted))
        for name, page in PAGES.items():
            path = folder / f"docs/{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(page)

    return write


def archived_project(factory: pytest.TempPathFactory, trained: Path) -> Path:
    """A folder with the sources, their `site/` and the archive beside it; built once in a run."""
    return built_once(factory, "archive", write_archive_site(trained), "--no-browser", "--archive")


def unpacked(factory: pytest.TempPathFactory, project: Path) -> Path:
    """The archive on a stick, whose name has a space and an umlaut."""
    place = factory.mktemp("Stick für") / f"Jürgen {os.getpid()}"
    with zipfile.ZipFile(project / NAME) as archive:
        archive.extractall(place)
    return place
