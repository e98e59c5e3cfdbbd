"""Finds Modelpress' elements in a page of HTML, with their places in its text.

    <modelpress-model model="digits" start="…"></modelpress-model>      as authors write it
    <modelpress-pressed data-element="model" model="digits" …>…         as the press writes it

An element in code, a comment, a template or a script is text of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from modelpress.core.errors import PageError, nearest
from modelpress.site.fence_kinds import fence_kinds
from modelpress.site.fence_syntax import ELEMENT

PRESSED = "pressed"
INLINE = ("fact", "formula")
MISTAKE = "mistake"  # what the Markdown extension could not read
# Elements of the browser's scripts that are not a fence's.
_OF_SCRIPTS = ("embed", "snippet", "trainer")
DRAWN = "data-search-exclude"  # the attribute of every element that a fence rendered
_TEXT = ("textarea", "title", "xmp", "iframe", "noembed", "noframes")  # besides script, style
_QUOTING = ("pre", "code", "template", "noscript")
# Start tags that end a paragraph, by the HTML standard.
_ENDS_PARAGRAPH = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "ul",
        "body",
        "html",
        "td",
        "th",
        "tr",
        "tbody",
        "caption",
    ]
)


@dataclass(frozen=True)
class Element:
    """One element.

    name: without its prefix, such as "model". attributes: unescaped, in order. places: index of
    each attribute's line, from 0. line: of its start tag, from 1. start, end: its place in the
    text. paragraph: start tag of the paragraph around it; "" for none.
    """

    name: str
    attributes: dict[str, str]
    places: dict[str, int]
    line: int
    start: int
    end: int
    paragraph: str = ""


def find_elements(html: str, page: str) -> list[Element]:
    """Returns the elements of a page in order. page: its name for errors.

    Raises PageError for an element that has no end tag, is unknown, or contains another.
    """
    if ELEMENT not in html.lower():
        return []
    finder = _Finder(html, page)
    finder.feed(html)
    finder.close()
    if finder.opened is not None:
        raise _never_closed(finder.opened, page)
    return finder.found


class _Finder(HTMLParser):
    """Reads a page. `found` has its elements after `close`, `opened` one that is never closed."""

    def __init__(self, html: str, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.page = html, page
        self.found: list[Element] = []
        self.opened: Element | None = None
        self._tag = ""
        self._within = 0  # elements of the same name that are open in the opened one
        self._quoting: list[str] = []
        self._paragraph = ""
        self._lines = [0, *(found.end() for found in re.finditer("\n", html))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TEXT:
            self.set_cdata_mode(tag)
        if self.opened is not None:
            self._inside(tag, dict(attrs))
            return
        if tag in _QUOTING:
            self._quoting.append(tag)
        if tag in _ENDS_PARAGRAPH:
            self._paragraph = (self.get_starttag_text() or "") if tag == "p" else ""
        element = self._element(tag, attrs)
        if element is not None:
            self.opened, self._tag, self._within = element, tag, 0

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.opened is None and (element := self._element(tag, attrs)):
            self._close(element, self._offset() + len(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        if self.opened is not None:
            if tag == self._tag and self._within:
                self._within -= 1
            elif tag == self._tag:
                self._close(self.opened, self.html.find(">", self._offset()) + 1)
                self.opened = None
            return
        if tag in self._quoting:
            while self._quoting.pop() != tag:
                pass
        if tag in _ENDS_PARAGRAPH:
            self._paragraph = ""

    def _inside(self, tag: str, attrs: dict[str, str | None]) -> None:
        assert self.opened is not None
        if tag == self._tag:
            self._within += 1
        written = self._tag != ELEMENT + PRESSED
        if written and tag.startswith(ELEMENT) and DRAWN not in attrs:
            line = self.getpos()[0]
            if tag == self._tag:
                raise _never_closed(self.opened, self.page)
            raise PageError(
                f"<{tag}> stands inside another element, <{self._tag}> of line "
                f"{self.opened.line}, whose content the press replaces.",
                where=f"{self.page}:{line}",
                next_step=f"Close the first with </{self._tag}>, and put this one after it.",
            )

    def _element(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element | None:
        if not tag.startswith(ELEMENT) or self._quoting:
            return None
        # HTML takes the first of two attributes with the same name.
        attributes = {name: value or "" for name, value in reversed(attrs)}
        attributes = {name: attributes[name] for name, _ in attrs}
        name = tag.removeprefix(ELEMENT)
        if name == MISTAKE:
            place = attributes.get("where", "").replace(":", " ")
            raise PageError(
                attributes.get("what", ""),
                where=f"{self.page}, {place} of its Markdown",
                found=attributes.get("found", ""),
                expected=attributes.get("expected", ""),
                next_step=attributes.get("next_step", ""),
            )
        if DRAWN in attributes or name in _OF_SCRIPTS:
            return None
        line = self.getpos()[0]
        if name == PRESSED:
            name = attributes.pop("data-element", "")
        self._require_known(name, line)
        text = self.get_starttag_text() or ""
        return Element(
            name,
            attributes,
            {each: line - 1 + _line_in(text, each) for each in attributes},
            line,
            self._offset(),
            0,
            self._paragraph,
        )

    def _require_known(self, name: str, line: int) -> None:
        known = [*fence_kinds(), *INLINE]
        if name in known:
            return
        raise PageError(
            f"There is no element <{ELEMENT}{name}>.{nearest(name, known)}",
            where=f"{self.page}:{line}",
            expected=f"<{ELEMENT}…> with one of {', '.join(sorted(known))}",
        )

    def _close(self, element: Element, end: int) -> None:
        self.found.append(Element(**{**vars(element), "end": end}))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _line_in(tag: str, name: str) -> int:
    """Returns the number of line ends before an attribute in its start tag."""
    found = re.search(rf"[\s\"'/]{re.escape(name)}(?=[\s=/>])", tag, re.IGNORECASE)
    return tag.count("\n", 0, found.end()) if found else 0


def _never_closed(element: Element, page: str) -> PageError:
    return PageError(
        f"The element <{ELEMENT}{element.name}> is never closed.",
        where=f"{page}:{element.line}",
        expected=f"</{ELEMENT}{element.name}> after it; HTML closes no such element by itself",
    )
