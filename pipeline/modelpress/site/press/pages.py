"""Reads the pages of a built site, and writes the figures of their elements into them.

Only the bytes of elements change. A pressed element keeps its attributes, so that pressing again
gives the same page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

from modelpress.core.errors import PageError
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind, fence_kinds
from modelpress.site.fence_syntax import (
    ELEMENT,
    EXPLORED,
    Block,
    Fence,
    check_options,
    layers_block,
    read_options,
)
from modelpress.site.markdown import check_block
from modelpress.site.press.elements import INLINE, PRESSED, Element, find_elements
from modelpress.site.press.inline import inline_html, is_block

OPTION = "data-option-"  # an option whose name is also an attribute of all elements
# Attributes of all elements, which are no options unless a kind has an option of that name.
_GLOBAL = frozenset(
    [
        "accesskey",
        "autocapitalize",
        "autofocus",
        "class",
        "contenteditable",
        "dir",
        "draggable",
        "enterkeyhint",
        "exportparts",
        "hidden",
        "id",
        "inert",
        "inputmode",
        "is",
        "itemid",
        "itemprop",
        "itemref",
        "itemscope",
        "itemtype",
        "lang",
        "nonce",
        "part",
        "popover",
        "role",
        "slot",
        "spellcheck",
        "style",
        "tabindex",
        "title",
        "translate",
        "writingsuggestions",
        "xmlns",
    ]
)
_HIDDEN = ("", "hidden", "until-found")  # values of the attribute of all elements
_BASE = re.compile(r"<base\b[^>]*?\shref\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_SUFFIXES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True)
class BuiltPage:
    """A page with elements.

    name: path relative to the folder. text: its HTML. elements: in order.
    """

    name: str
    text: str
    elements: Sequence[Element]

    @property
    def url(self) -> str:
        """URL relative to the site root: that of the folder for an index.html."""
        return re.sub(r"(^|/)index\.html$", r"\1", self.name)


def html_files(folder: Path) -> Iterator[Path]:
    """Yields the pages below a folder, sorted; not those in hidden folders."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in _SUFFIXES and not hidden and path.is_file():
            yield path


def find_pages(folder: Path, shown: str = "") -> list[BuiltPage]:
    """Returns the pages with elements. shown: the folder's name in errors, with a slash.

    Raises PageError for an element that is unknown, never closed or contains another.
    """
    pages = []
    for path in html_files(folder):
        content = path.read_bytes()
        if ELEMENT.encode() not in content.lower():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise PageError(
                "This page has a Modelpress element and is not UTF-8.",
                where=f"{shown}{name}:{line}",
                found=f"the byte 0x{content[error.start]:02x}: {error.reason}",
                next_step="Let the generator write UTF-8.",
            ) from error
        if elements := find_elements(text, shown + name):
            pages.append(BuiltPage(name, text, elements))
    return pages


def fences_of(page: BuiltPage, shown: str = "") -> list[Fence]:
    """Returns the elements of a page that name a fence, as fences.

    Raises PageError for an unknown option, or an element that names no model.
    """
    fences, kinds = [], fence_kinds()
    for element in page.elements:
        if element.name in INLINE:
            continue
        block = block_of(element, shown + page.name)
        options = read_options(block, shown + page.name)
        known = kinds[block.kind].known_options()
        if known is not None:
            check_options(options, known, block, shown + page.name)
        fences.append(Fence(block.slug, options, page.name, element.line, block.kind))
    return fences


def home_urls(pages: Iterable[BuiltPage]) -> dict[str, str]:
    """Returns slug → URL of the model's own page: named after it, else the first that shows it."""
    homes: dict[str, str] = {}
    shown = [
        (element.attributes.get("model", ""), page)
        for page in pages
        for element in page.elements
        if element.name == "model"
    ]
    for slug, page in sorted(shown, key=lambda one: not _is_named(one[1].name, one[0])):
        homes.setdefault(slug, quote(page.url))
    return homes


def press_page(page: BuiltPage, site: Site, shown: str = "", site_path: str = "/") -> str:
    """Returns the page's HTML with all figures. site_path: path of the site's address.

    Raises PageError for a model, option or start that does not exist.
    """
    root = _root(page, site_path)
    state = Page(shown + page.name, root)
    parts: list[str] = []
    end, styled = 0, False
    for element in page.elements:
        if element.name in INLINE:
            html = inline_html(element, site, state.path)
        else:
            block = block_of(element, state.path)
            kind = fence_kinds()[block.kind]
            check_block(kind, site, state, block)
            html = f'<div class="mp-embed">{kind.render(site, state, block)}</div>'
        if not styled and element.name != "fact" and (styles := site.bundle.get("styles")):
            styled = True
            html = f'<link rel="stylesheet" href="{escape(state.url(styles))}">{html}'
        parts += [page.text[end : element.start], _pressed(element, html)]
        end = element.end
    return "".join([*parts, page.text[end:]])


def block_of(element: Element, page: str) -> Block:
    """Returns an element as the block of a fence.

    Raises PageError if it does not name its model, failure or explainer.
    """
    kind = fence_kinds()[element.name]
    options = dict(_options(element, kind))
    slug = options.pop(kind.subject, "") if kind.subject else ""
    if kind.subject and not slug.strip():
        raise PageError(
            f"<{ELEMENT}{kind.name}> names no {kind.subject}.",
            where=f"{page}:{element.line}",
            expected=f'<{ELEMENT}{kind.name} {kind.subject}="…"></{ELEMENT}{kind.name}>',
        )
    places = {name.removeprefix(OPTION): line for name, line in element.places.items()}
    block = Block(kind.name, element.line - 1, slug=slug.strip(), given=options, places=places)
    return layers_block(block, page, 0) if (block.kind, block.slug) == EXPLORED else block


def _options(element: Element, kind: FenceKind) -> Iterator[tuple[str, str]]:
    """Yields the subject and the options among an element's attributes."""
    known = kind.known_options() or {}
    for name, value in element.attributes.items():
        if name.startswith(OPTION):
            yield name.removeprefix(OPTION), value
        elif _is_option(name, value, known, kind.subject):
            yield name, value


def _is_option(name: str, value: str, known: Iterable[str], subject: str) -> bool:
    if name == "hidden":
        return value not in _HIDDEN
    if name in known or name == subject:
        return True
    return not (name in _GLOBAL or name.startswith(("data-", "aria-", "on", ":", "@", "v-", "x-")))


def _pressed(element: Element, html: str) -> str:
    """Returns the element with its figure. A figure ends the paragraph that it stands in."""
    named = {"data-element": element.name, **element.attributes}
    if element.attributes.get("hidden", "") not in _HIDDEN:
        hidden = named.pop("hidden")  # an option, which would hide the figure
        named[f"{OPTION}hidden"] = hidden
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in named.items())
    tag = ELEMENT + PRESSED
    pressed = f"<{tag}{attributes}>{html}</{tag}>"
    if element.paragraph and (element.name not in INLINE or is_block(element)):
        again = re.sub(r"\sid\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", "", element.paragraph)
        return f"</p>{pressed}{again}"
    return pressed


def _root(page: BuiltPage, site_path: str) -> str:
    """Returns the URL of the site root relative to a page, or to the page's `<base>`."""
    folder = posixpath.dirname(page.name)
    if base := _BASE.search(page.text):
        url = urlsplit(base[1])
        if url.scheme or url.netloc or url.path.startswith("/"):
            return site_path
        if url.path:
            folder = posixpath.normpath(posixpath.join(folder, posixpath.dirname(url.path + "x")))
    up = "../" * len([part for part in PurePosixPath(folder).parts if part != "."])
    return up or "./"


def _is_named(name: str, slug: str) -> bool:
    """Returns whether a page is named after a model: `slug.html` or `slug/index.html`."""
    path = PurePosixPath(name)
    stem = path.parent.name if path.stem == "index" else path.stem
    return stem.replace("-", "_") == slug
