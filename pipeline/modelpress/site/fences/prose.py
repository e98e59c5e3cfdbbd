"""Prose of a page, paragraph by paragraph: what is code, and so left alone, and what is text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# Code spans and comments: matched first, so that what stands in them is passed over.
CODE = r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->)"
_INDENTED_CODE = re.compile(r" {4,}|\t")


def change_paragraphs(
    lines: Sequence[str], change: Callable[[str, int], str], first_line: int
) -> list[str]:
    """The lines with each paragraph as `change(text, line)` has it; indented code stays as it is.

    first_line: number of the first of the lines, from 1; `line` is that of the paragraph's first.
    """
    out: list[str] = []
    start = 0
    while start < len(lines):
        stop = start
        while stop < len(lines) and lines[stop].strip():
            stop += 1
        paragraph = "\n".join(lines[start:stop])
        if not (_INDENTED_CODE.match(paragraph) and not _in_list(lines[:start])):
            paragraph = change(paragraph, first_line + start)
        out.extend(paragraph.split("\n") if stop > start else [])
        out.extend(lines[stop : stop + 1])
        start = stop + 1
    return out


def _in_list(lines_before: Sequence[str]) -> bool:
    """Whether an indented paragraph belongs to a list item or admonition rather than being code."""
    for line in reversed(lines_before):
        if line.strip() and not _INDENTED_CODE.match(line):
            return (
                re.match(r" {0,3}(?:[-*+]|\d+[.)]) | {0,3}(?:!!!|\?\?\?\+?|===)", line) is not None
            )
    return False
