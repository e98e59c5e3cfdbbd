"""A glossary: one page defines terms; other pages show the definition at the first occurrence.

# Glossary

## chain rule (backpropagation)

The first paragraph under the heading is the definition, shown beside the term as plain text.

Further paragraphs appear on the glossary's page only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.toc import slugify
from markdown.treeprocessors import Treeprocessor

from modelpress.core.errors import PageError

# Elements that are not running text, or are links already.
_NOT_IN = {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "code",
    "pre",
    "summary",
    "th",
    "button",
    "abbr",
}
_NOT_IN_CLASS = {"mp-question", "mp-embed"}
_HEADING = re.compile(r"##[ \t]+(?P<name>[^({\n]+?)[ \t]*(?:\((?P<others>[^)]*)\))?[ \t]*#*")


@dataclass(frozen=True)
class Term:
    """One term of the glossary.

    words: spellings in text, without plurals. text: the definition. anchor: id of the heading.
    """

    name: str
    words: tuple[str, ...]
    text: str
    anchor: str


def terms_of(body: str, page: str) -> list[Term]:
    """Returns the terms of a glossary page. Raises PageError for a term without a definition.

    body: Markdown of the page.
    """
    terms: list[Term] = []
    lines = body.splitlines()
    for number, line in enumerate(lines):
        heading = _HEADING.fullmatch(line.rstrip())
        if heading is None:
            continue
        paragraph = _first_paragraph(lines[number + 1 :])
        if not paragraph:
            raise PageError(
                f"The glossary says nothing about `{heading['name']}`.",
                where=f"{page}: {line.strip()}",
                expected="a paragraph under the heading",
            )
        others = [word.strip() for word in (heading["others"] or "").split(",") if word.strip()]
        title = line.lstrip("#").strip()
        terms.append(
            Term(heading["name"], (heading["name"], *others), paragraph, slugify(title, "-"))
        )
    return terms


def _first_paragraph(lines: list[str]) -> str:
    paragraph: list[str] = []
    for line in lines:
        if line.startswith("#") or (not line.strip() and paragraph):
            break
        if line.strip():
            paragraph.append(line.strip())
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph))  # links become their text
    return re.sub(r"[*`$]", "", text)


class TermMarker(Treeprocessor):
    """Marks the first occurrence of each term in a page's running text.

    terms: from `as_options`. url: URL of the glossary, relative to the page.
    """

    def __init__(self, md: Markdown, terms: Mapping[str, Any], url: str) -> None:
        super().__init__(md)
        self._terms = terms
        self._url = url
        self._unmarked = set(terms)
        self._pattern = _pattern(terms)

    def run(self, root: Element) -> None:
        self._mark_in(root)

    def _mark_in(self, element: Element) -> None:
        classes = set((element.get("class") or "").split())
        if element.tag in _NOT_IN or classes & _NOT_IN_CLASS:
            return
        children = list(element)
        for child in children:
            element.remove(child)
        element.text = self._add(element, element.text or "")
        for child in children:
            tail, child.tail = child.tail or "", ""
            element.append(child)
            self._mark_in(child)
            child.tail = self._add(element, tail)

    def _add(self, parent: Element, text: str) -> str:
        """Appends the marked terms of a text to `parent`; returns the text before the first."""
        before = ""
        last: Element | None = None
        while text:
            found = next(self._found(text), None)
            if found is None:
                break
            match, name = found
            self._unmarked.discard(name)
            piece, text = text[: match.start()], text[match.end() :]
            if last is None:
                before = piece
            else:
                last.tail = piece
            last = self._marked(match[0], name)
            parent.append(last)
        if last is None:
            return text
        last.tail = text
        return before

    def _found(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        for match in self._pattern.finditer(text):
            name = list(self._terms)[int(str(match.lastgroup)[1:])]
            if name in self._unmarked:
                yield match, name

    def _marked(self, word: str, name: str) -> Element:
        term = self._terms[name]
        key = f"mp-term-{term['anchor']}"
        mark = Element("span", {"class": "mp-term"})
        link = Element("a", {"href": f"{self._url}#{term['anchor']}", "aria-describedby": key})
        link.text = word
        tip = self.md.htmlStash.store(
            f'<span class="mp-term-tip" role="tooltip" id="{key}" data-search-exclude>'
            f"{escape(term['text'])}</span>"
        )
        link.tail = tip
        mark.append(link)
        return mark


def as_options(terms: list[Term]) -> dict[str, dict[str, Any]]:
    """Returns the terms as the extension's option `terms`: plain values by name."""
    return {
        term.name: {"words": list(term.words), "text": term.text, "anchor": term.anchor}
        for term in terms
    }


def _pattern(terms: Mapping[str, Any]) -> re.Pattern[str]:
    """Returns a pattern of all terms, the longest first: binary cross-entropy is not cross-entropy.

    A match's group is `w` and the index of the term.
    """
    words = [(word, number) for number, term in enumerate(terms.values()) for word in term["words"]]
    words.sort(key=lambda item: -len(item[0]))
    # Group names are unique, so one group matches all words of a term.
    options = "|".join(
        f"(?P<w{number}>{'|'.join(_forms(word) for word, n in words if n == number)})"
        for number in dict.fromkeys(number for _, number in words)
    )
    return re.compile(rf"(?<![\w-])(?:{options or '(?!)'})(?![\w-])")


def _forms(word: str) -> str:
    """Returns a pattern of a word in singular and plural.

    The first letter of a lower-case word matches upper case, too.
    """
    first, rest = word[0], word[1:]
    start = f"[{first.lower()}{first.upper()}]" if word == word.lower() else re.escape(first)
    if re.search(r"[^aeiou]y$", rest):
        rest, plural = rest[:-1], "(?:y|ies)"
    else:
        plural = "(?:es)?" if re.search(r"(?:s|x|ch|sh)$", rest) else "s?"
    return start + re.escape(rest).replace(r"\ ", r"\s+") + plural
