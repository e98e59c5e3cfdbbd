"""Separates the prose of a page from code, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# Code spans, comments and HTML code. Matched first, so that their content stays unchanged.
CODE = (
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->"
    r"|<(?P<element>code|pre|script|style|textarea)\b.*?</(?P=element)\s*>)"
)
_OPENED = re.compile(r"<(pre|script|style|textarea)\b(?!.*</\1\s*>)", re.DOTALL)
_INDENTED_CODE = re.compile(r" {4,}|\t")
_CONTAINER = re.compile(r" *(?:[-*+]|\d+[.)]) | *(?:!!!|\?\?\?\+?|===)")


def change_paragraphs(
    lines: Sequence[str], change: Callable[[str, int], str], first_line: int
) -> list[str]:
    """Returns the lines with each paragraph replaced by `change(text, line)`.

    Indented code stays unchanged. first_line: line number of the first of `lines`, from 1. `line`:
    line number of the paragraph.
    """
    out: list[str] = []
    start = 0
    while start < len(lines):
        stop = _end_of_paragraph(lines, start)
        paragraph = "\n".join(lines[start:stop])
        if not (_INDENTED_CODE.match(paragraph) and _is_code(lines, start)):
            paragraph = change(paragraph, first_line + start)
        out.extend(paragraph.split("\n") if stop > start else [])
        out.extend(lines[stop : stop + 1])
        start = stop + 1
    return out


def _end_of_paragraph(lines: Sequence[str], start: int) -> int:
    """Returns the index of the next blank line; HTML code may hold blank lines."""
    stop = start
    while stop < len(lines) and lines[stop].strip():
        stop += 1
    opened = _OPENED.search("\n".join(lines[start:stop]))
    if opened:
        end = re.compile(rf"</{opened[1]}\s*>")
        closing = next((i for i in range(stop, len(lines)) if end.search(lines[i])), None)
        return stop if closing is None else _end_of_paragraph(lines, closing)
    return stop


def _is_code(lines: Sequence[str], start: int) -> bool:
    """Returns whether an indented paragraph is a code block, not part of a list or admonition.

    Each list item or admonition above it takes four columns of its indentation.
    """
    columns = _indent(lines[start])
    for line in reversed(lines[:start]):
        if line.strip() and _indent(line) < columns:
            columns = _indent(line)
            if _CONTAINER.match(line):
                return _indent(lines[start]) >= columns + 8
            if columns < 4:
                break
    return True


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))
