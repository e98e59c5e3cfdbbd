"""Rewrites one page for the archive: the loader runs its modules, and its links name files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from modelpress.node.bundle import URL
from modelpress.site.publish.links import is_file

_TAG = re.compile(r"<script\b[^>]*></script>\n?|<link\b[^>]*>\n?")
_HEAD = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?")
_LINK = re.compile(r'(?P<before><a\b[^>]*?\shref=")(?P<href>[^"]+)"')
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/")
_PARTS = re.compile(r"(?P<url>[^#?:]+)(?P<after>(?:[?#].*)?)", re.DOTALL)


class ArchivePage:
    """A page that opens from a folder instead of a web host.

    url: of the page, relative to the site root. loader: file name of the loader. needs: imports of
    each of the bundle's modules. first: for each script of a first answer, the module that it
    stands for. site: folder of the pages. modules: after `rewrite`, paths of the
    module scripts outside the bundle, relative to the site root.
    """

    def __init__(
        self,
        url: str,
        loader: str,
        needs: Mapping[str, list[str]],
        first: Mapping[str, str],
        site: Path,
    ) -> None:
        self.url = url
        self.modules: list[str] = []
        self._loader = loader
        self._needs = needs
        self._first = first
        self._site = site
        self._run: list[str] = []
        self._load: list[str] = []

    def rewrite(self, html: str) -> str:
        """Returns the page's HTML for the archive."""
        html = _TAG.sub(self._keep_or_collect, html)
        html = _LINK.sub(self._to_file, html)
        root = "../" * self.url.count("/")
        tag = (
            f'<script src="{root}{URL}{self._loader}" data-load="{escape(" ".join(self._load))}" '
            f'data-run="{escape(" ".join(self._run))}"></script>'
        )
        # Before all other scripts, since the loader replaces the browser's Worker. Pages without
        # figures need it, too: the theme's search starts a worker.
        return _HEAD.sub(lambda found: found[0] + tag, html, count=1)

    def _keep_or_collect(self, found: re.Match[str]) -> str:
        """Returns an unchanged tag, or '' for a tag that the loader replaces."""
        name, given = _read_tag(found[0])
        if name == "script":
            return found[0] if self._script(given) else ""
        path = self._path(given.get("href", ""))
        if given.get("rel") == "modulepreload":
            self._add_part(path)
            return ""
        if given.get("rel") == "preload" and given.get("as") == "fetch":
            self._add(f"{path}.js")
            return ""
        return found[0]

    def _script(self, given: Mapping[str, str]) -> bool:
        """Returns whether a script with these attributes stays unchanged."""
        path = self._path(given.get("src", ""))
        name = PurePosixPath(path).name
        if name in self._first:
            name = self._first[name]
        elif given.get("type") != "module" or "src" not in given:
            return True
        if name not in self._needs:
            self.modules.append(path)
            return False
        if name not in self._run:
            self._run.append(name)
            self._add_part(path)
        return False

    def _add_part(self, path: str) -> None:
        name = PurePosixPath(path).name
        name = self._first.get(name, name)
        for each in (*self._needs.get(name, ()), name):
            self._add(URL + each)

    def _add(self, path: str) -> None:
        if quote(path) not in self._load:
            self._load.append(quote(path))

    def _path(self, url: str, served: bool = False) -> str:
        """Returns the target of a relative URL of this page, relative to the site root.

        served: resolves the URL as if a server showed the page as a folder.
        """
        if _ELSEWHERE.match(url):
            return url
        folder = posixpath.dirname(self.url)
        if served and PurePosixPath(self.url).name != "index.html":
            folder = self.url.removesuffix(".html")
        return posixpath.normpath(posixpath.join(folder, unquote(url)))

    def _to_file(self, found: re.Match[str]) -> str:
        """Returns a link to the file of a page, from a link that an author wrote for a server."""
        parts = _PARTS.fullmatch(unescape(found["href"]))
        if parts is None or self._holds(self._path(parts["url"])):
            return found[0]
        for path in (self._path(parts["url"]), self._path(parts["url"], served=True)):
            for name in (path, f"{path}/index.html", f"{path}.html"):
                if not name.startswith(("/", "..")) and self._holds(name):
                    here = posixpath.dirname(self.url) or "."
                    url = quote(posixpath.relpath(name, here)) + parts["after"]
                    return f'{found["before"]}{escape(url)}"'
        return found[0]

    def _holds(self, name: str) -> bool:
        return is_file(self._site / name)


class _Attributes(HTMLParser):
    tag = ""
    given: Mapping[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag, self.given = tag, {name: value or "" for name, value in attrs}


def _read_tag(html: str) -> tuple[str, Mapping[str, str]]:
    reader = _Attributes()
    reader.feed(html)
    return reader.tag, reader.given
