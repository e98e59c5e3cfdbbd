"""The site's Content-Security-Policy: what its pages need, and nothing more.

    content-security-policy.txt    the value of the header, one policy for all pages

Inline scripts are allowed by the hash of their text: those of the theme, which differ by the depth
of a page, and an author's own. Called when all pages are written.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

POLICY = "content-security-policy.txt"

# `wasm-unsafe-eval` compiles the WASM backend and no text. Pictures: of a camera or a file that the
# reader gives (blob:), and the theme's icons (data:).
_BASE: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'self'",),
    "script-src": ("'self'", "'wasm-unsafe-eval'"),
    # Places and colours in figures are style attributes with a value of their own each.
    "style-src": ("'self'",),
    "style-src-attr": ("'unsafe-inline'",),
    "img-src": ("'self'", "data:", "blob:"),
    "object-src": ("'none'",),
    "base-uri": ("'self'",),
    "form-action": ("'self'",),
}
# What an element loads, by its attribute: the directive that its host belongs to.
_LOADED = {
    ("script", "src"): "script-src",
    ("img", "src"): "img-src",
    ("image", "href"): "img-src",
    ("video", "poster"): "img-src",
    ("iframe", "src"): "frame-src",
    ("video", "src"): "media-src",
    ("audio", "src"): "media-src",
    ("source", "src"): "media-src",
    ("track", "src"): "media-src",
    ("object", "data"): "object-src",
    ("embed", "src"): "object-src",
}
_LINKED = {"stylesheet": "style-src", "icon": "img-src", "manifest": "manifest-src"}
# Stylesheets of this host load their fonts from another; and the theme asks for a repository's
# facts there.
_FONTS = {"https://fonts.googleapis.com": "https://fonts.gstatic.com"}
_FACTS = {"github.com": "https://api.github.com", "gitlab.com": "https://gitlab.com"}
_SCRIPT = re.compile(
    r"(module|importmap|speculationrules|(text|application)/(x-)?(java|ecma|j)script)?", re.I
)
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9a-f.]*:[0-9a-f:.]*")
_CHARSET = re.compile(r"<meta\s[^>]*charset[^>]*>|<head[^>]*>", re.I)

Sources = dict[str, set[str]]  # directive → what it allows besides `_BASE`


def write_policy(site_dir: Path, *, in_pages: bool) -> str:
    """Writes the policy of all pages of `site_dir` beside them and returns it.

    in_pages: also into the head of every page, which then needs no header.
    """
    pages = {path: path.read_text("utf-8") for path in sorted(site_dir.rglob("*.html"))}
    text = policy(pages.values())
    (site_dir / POLICY).write_text(text + "\n", "utf-8", newline="\n")
    if in_pages:
        for path, html in pages.items():
            path.write_text(with_policy(html, text), "utf-8")
    return text


def policy(pages: Iterable[str]) -> str:
    """The policy that all of these pages, HTML, keep to. The same pages give the same text."""
    reader = _Reader()
    for html in pages:
        reader.reset()
        reader.feed(html)
        reader.close()
    found = reader.sources
    for styles, fonts in _FONTS.items():
        if styles in found["style-src"]:
            found["font-src"] |= {"'self'", fonts}
    parts = []
    for name in [*_BASE, *sorted(set(found) - set(_BASE))]:
        further = sorted(found[name] - set(_BASE.get(name, ())))
        base = [source for source in _BASE.get(name, ()) if not further or source != "'none'"]
        if base or further:
            own = [] if base or name == "script-src-attr" or "'self'" in further else ["'self'"]
            parts.append(" ".join([name, *own, *base, *further]))
    return "; ".join(parts)


def with_policy(html: str, text: str) -> str:
    """The page with the policy in its head: after its character set, before all scripts."""
    tag = f'<meta http-equiv="Content-Security-Policy" content="{escape(text)}">'
    places = list(_CHARSET.finditer(html, 0, 2048))
    if not places:
        return html
    at = max(place.end() for place in places[:2])
    return html[:at] + tag + html[at:]


class _Reader(HTMLParser):
    """Collects what pages run and load."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sources: Sources = defaultdict(set)
        self._inline = ""  # directive of the element that is open, for its text
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name.startswith("on"):
                self.sources["script-src-attr"] |= {"'unsafe-hashes'", _hash(value)}
            elif directive := _LOADED.get((tag, name)):
                self._add(directive, value)
            elif name == "srcset":
                for choice in value.split(","):
                    self._add("img-src", choice.strip().partition(" ")[0])
        if tag == "link":
            for word in given.get("rel", "").lower().split():
                if word in _LINKED:
                    self._add(_LINKED[word], given.get("href", ""))
        if tag == "a" and given.get("data-md-component") == "source":
            host = urlsplit(given.get("href", "")).hostname or ""
            if host in _FACTS:
                self.sources["connect-src"] |= {"'self'", _FACTS[host]}
        if tag == "style":
            self._inline = "style-src"
        elif tag == "script" and "src" not in given and _SCRIPT.fullmatch(given.get("type", "")):
            self._inline = "script-src"
        self._text = []

    def handle_data(self, data: str) -> None:
        if self._inline:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._inline and tag in ("script", "style"):
            self.sources[self._inline].add(_hash("".join(self._text)))
            self._inline = ""

    def _add(self, directive: str, url: str) -> None:
        """The host of a URL that leads to another site."""
        try:
            parts = urlsplit(url.strip())
            host = (parts.hostname or "").encode("idna").decode()
            port = f":{parts.port}" if parts.port else ""
        except ValueError:  # no address at all, and the browser loads nothing from it
            return
        if _HOST.fullmatch(host):
            self.sources[directive].add(
                f"{parts.scheme or 'https'}://{f'[{host}]' if ':' in host else host}{port}"
            )
        elif parts.scheme in ("data", "blob"):
            self.sources[directive].add(f"{parts.scheme}:")


def _hash(text: str) -> str:
    """As a browser computes it: of the text with its line ends as HTML has them."""
    content = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"
