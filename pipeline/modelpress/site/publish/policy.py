"""Writes the site's Content-Security-Policy, which allows exactly what its pages need.

    content-security-policy.txt    the value of the header, one policy for all pages

The policy allows inline scripts by hash: the theme's, which differ by the depth of a page, and the
author's own. Called after all pages are written.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape, unescape
from pathlib import Path
from urllib.parse import urlsplit

from modelpress.site.publish.additions import add_file

POLICY = "content-security-policy.txt"

# `wasm-unsafe-eval` allows the WASM backend, but no evaluation of text. Images: the reader's camera
# and files (blob:), and the theme's icons (data:).
_BASE: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'self'",),
    "script-src": ("'self'", "'wasm-unsafe-eval'"),
    # Positions and colours in figures are style attributes whose values vary.
    "style-src": ("'self'",),
    "style-src-attr": ("'unsafe-inline'",),
    "img-src": ("'self'", "data:", "blob:"),
    "object-src": ("'none'",),
    "base-uri": ("'self'",),
    "form-action": ("'self'",),
}
# (element, attribute) → directive of the URL that the element loads.
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
# Hosts that pages don't name: fonts of Google's style sheets, and the API from which the theme
# fetches a repository's facts.
_FONTS = {"https://fonts.googleapis.com": "https://fonts.gstatic.com"}
_FACTS = {"github.com": "https://api.github.com", "gitlab.com": "https://gitlab.com"}
_SCRIPT = re.compile(
    r"(module|importmap|speculationrules|(text|application)/(x-)?(java|ecma|j)script)?", re.I
)
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9a-f.]*:[0-9a-f:.]*")
_CHARSET = re.compile(r"<meta\s[^>]*charset[^>]*>|<head[^>]*>", re.I)
# Comments, elements whose content is text, and other start tags. Pages are large, and Python's
# HTMLParser takes several times as long as this pattern.
_GIVEN = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_TAG = re.compile(
    rf"<!--.*?-->|<(?P<raw>script|style)\b(?P<given>{_GIVEN})>(?P<text>.*?)</(?P=raw)\s*>"
    rf"|<(?P<tag>[a-z][a-z0-9-]*)(?P<attributes>{_GIVEN})>",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_HANDLER = re.compile(r"[\s\"'/]on\w+\s*=", re.IGNORECASE)
_TAGS = {*(tag for tag, _ in _LOADED), "link", "style", "a"}

Sources = dict[str, set[str]]  # directive → sources besides `_BASE`


def write_policy(site_dir: Path, *, in_pages: bool) -> str:
    """Writes the policy for all pages of `site_dir` and returns it.

    in_pages: writes it into the head of every page, too, so that they need no header.
    """
    pages = {path: path.read_text("utf-8") for path in sorted(site_dir.rglob("*.html"))}
    text = policy(pages.values())
    add_file(site_dir, POLICY, text + "\n")
    if in_pages:
        for path, html in pages.items():
            path.write_text(with_policy(html, text), "utf-8")
    return text


def policy(pages: Iterable[str]) -> str:
    """Returns the policy for these pages. It is deterministic. pages: HTML of each."""
    found: Sources = defaultdict(set)
    for html in pages:
        _read(html, found)
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
    """Returns the page with the policy in its head, after the character set, before all scripts."""
    tag = f'<meta http-equiv="Content-Security-Policy" content="{escape(text)}">'
    places = list(_CHARSET.finditer(html, 0, 2048))
    if not places:
        return html
    at = max(place.end() for place in places[:2])
    return html[:at] + tag + html[at:]


def _read(html: str, sources: Sources) -> None:
    """Adds the sources of everything that a page runs or loads."""
    for found in _TAG.finditer(html):
        tag = (found["raw"] or found["tag"] or "").lower()  # "" for a comment
        written = found["given"] or found["attributes"] or ""
        if tag not in _TAGS and not _HANDLER.search(written):
            continue
        given = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(written)
        }
        _read_element(tag, given, sources)
        if tag == "style":
            sources["style-src"].add(_hash(found["text"]))
        elif tag == "script" and "src" not in given and _SCRIPT.fullmatch(given.get("type", "")):
            sources["script-src"].add(_hash(found["text"]))


def _read_element(tag: str, given: Mapping[str, str], sources: Sources) -> None:
    for name, value in given.items():
        if name.startswith("on"):
            sources["script-src-attr"] |= {"'unsafe-hashes'", _hash(value)}
        elif directive := _LOADED.get((tag, name)):
            _add(sources, directive, value)
        elif name == "srcset":
            for choice in value.split(","):
                _add(sources, "img-src", choice.strip().partition(" ")[0])
    if tag == "link":
        for word in given.get("rel", "").lower().split():
            if word in _LINKED:
                _add(sources, _LINKED[word], given.get("href", ""))
    if tag == "a" and given.get("data-md-component") == "source":
        host = urlsplit(given.get("href", "")).hostname or ""
        if host in _FACTS:
            sources["connect-src"] |= {"'self'", _FACTS[host]}


def _add(sources: Sources, directive: str, url: str) -> None:
    """Adds the source of an absolute URL: its host, or its scheme for data: and blob:."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # browsers load nothing from an invalid URL
        return
    if _HOST.fullmatch(host):
        place = f"[{host}]" if ":" in host else host
        sources[directive].add(f"{parts.scheme or 'https'}://{place}{port}")
    elif parts.scheme in ("data", "blob"):
        sources[directive].add(f"{parts.scheme}:")


def _hash(text: str) -> str:
    """Returns the hash source of a text, with line ends normalised as in HTML."""
    content = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"
