"""The small site of trainings once more, with search, the control and an archive, unpacked; and
what the pages of an archive name."""

from __future__ import annotations

import os
import posixpath
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from modelpress.build.archive import ARCHIVE
from tests.built import built_once
from tests.training_site import readers_site

# A person's own link, as a server understands it, and one that leaves the site.
PAGES = {
    "offline": "# Offline\n\n```offline\n```\n",
    "sub/links": '# Links\n\n<a href="../../gate/">Gate</a>, [Line](../line.md#line), '
    "[elsewhere](https://example.org/).\n",
}


FOREIGN = re.compile(r"[a-z]+:|/")
MODULES = re.compile(r"<script\b[^>]*type=.module|modulepreload|as=.fetch")


def write_archive_site(trained: Path) -> Callable[[Path], object]:
    """A copy of the finished project `trained`: what is cached there stays cached."""

    def write(folder: Path) -> None:
        config = folder / "mkdocs.yml"
        text = readers_site(trained, folder)  # with Material's search
        # Another language than English is read by the search's worker while it runs.
        search = "  - search:\n      lang: [en, de]\n"
        wanted = f"plugins:\n{search}  - modelpress:\n      offline: true\n"
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
    with zipfile.ZipFile(project / ARCHIVE) as archive:
        archive.extractall(place)
    return place


def crawl(site: Path) -> tuple[set[str], set[str]]:
    """The pages that links lead to from index.html, and the links to elsewhere.

    Fails where a link, a picture or a script is no file of `site`, where a page is shown with
    something from elsewhere, and where no link leads to a page.
    """
    pages: set[str] = set()
    foreign: set[str] = set()
    waiting = ["index.html"]
    while waiting:
        page = waiting.pop()
        if page in pages:
            continue
        pages.add(page)
        html = (site / page).read_text("utf-8")
        assert not MODULES.search(html), page
        found = References(html)
        shown_with = {part for part in found.parts if not part.startswith("data:")}
        assert not [part for part in shown_with if FOREIGN.match(part)], page
        assert [name for name in found.loaded if not (site / name).is_file()] == [], page
        foreign |= {link for link in found.links if FOREIGN.match(link)}
        for link in {*found.links, *shown_with} - foreign:
            target = page if link.startswith("#") else _leads(page, link)
            assert (site / target).is_file(), f"{page}: {link}"
            if target.endswith(".html"):
                waiting.append(target)
    assert pages == {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    return pages, foreign


def _leads(page: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(urldefrag(link)[0])))


class References(HTMLParser):
    """What a page leads to (`links`) and what it is shown with (`parts` and `loaded`)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: list[str] = []
        self.loaded: list[str] = []  # from the archive's root
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and "href" in given:
            parts = given["rel"] not in ("prev", "next")
            (self.parts if parts else self.links).append(given["href"])
        if "src" in given:
            self.parts.append(given["src"])
        self.loaded += given.get("data-load", "").split()
