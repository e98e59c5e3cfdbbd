"""Separates the prose of a page from code, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# Code spans and comments. Matched first, so that their content stays unchanged.
CODE = r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->)"
_INDENTED_CODE = re.compile(r" {4,}|\t")


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
    """Returns whether an indented paragraph is part of a list item or admonition, not code."""
    for line in reversed(lines_before):
        if line.strip() and not _INDENTED_CODE.match(line):
            return (
                re.match(r" {0,3}(?:[-*+]|\d+[.)]) | {0,3}(?:!!!|\?\?\?\+?|===)", line) is not None
            )
    return False
