"""Formulas in prose: inline `$…$` and display `$$…$$`, TeX that the build renders as MathML.

An opening `$` follows no letter or digit, and has no space after it. A closing `$` has no space
before it, and no letter or digit after it but an ordinal's ending, as in "the $n$th". So "$5 and
$10" and "$HOME/$USER" stay text. A formula never contains a backtick, which begins a code span.
`\\$` is always a dollar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelpress.core.errors import PageError
from modelpress.site.context import BRACES
from modelpress.site.fence_syntax import Fence, blocks
from modelpress.site.fences.facts import replace_facts
from modelpress.site.fences.prose import CODE, change_paragraphs

_TOKEN = re.compile(
    CODE + r"|(?P<escaped>\\\$)"
    r"|\$\$(?P<display>[^`]+?)\$\$"
    r"|(?<![A-Za-z0-9])\$(?![\s$])(?P<inline>(?:\\[^`]|[^\\$`])+?)(?<!\s)\$"
    r"(?!\$|(?!(?:th|st|nd|rd|s)\b)[A-Za-z0-9])",
    re.DOTALL,
)


@dataclass(frozen=True)
class Formula:
    """One formula.

    tex: without its dollars. display: whether it is a block rather than inline. where:
    "page.md:line".
    """

    tex: str
    display: bool
    where: str

    @property
    def key(self) -> str:
        """The key of its rendered MathML."""
        return f"{'display' if self.display else 'inline'} {self.tex}"


def formulas_of_page(
    lines: list[str],
    fences: Sequence[Fence],
    entries: Mapping[str, Any],
    page: str,
    offset: int,
    delimiters: str = BRACES,
) -> list[Formula]:
    """Returns the formulas of a page and its captions, with facts replaced by values.

    lines: of its Markdown. fences: its Modelpress fences. offset: number of lines in the file
    before the Markdown. delimiters: of facts.
    """
    found: list[Formula] = []

    def collect(formula: Formula) -> str:
        found.append(formula)
        return ""

    for block in blocks(lines, page, offset):
        if block.kind == "text":
            first = block.line + offset + 1
            text = replace_facts(block.lines, entries, page, first, delimiters)
            replace_formulas(text, collect, page, first)
    for fence in fences:
        if "caption" in fence.options:
            caption = fence.options["caption"].split("\n")
            caption = replace_facts(caption, entries, page, fence.line, delimiters)
            replace_formulas(caption, collect, page, fence.line)
    return found


def replace_formulas(
    lines: Sequence[str], put: Callable[[Formula], str], page: str, first_line: int
) -> list[str]:
    """Returns the lines with each formula replaced by `put(formula)`.

    Display formulas get blank lines around them. first_line: line number of the first of `lines`,
    from 1.
    """

    def change(paragraph: str, line: int) -> str:
        def swap(token: re.Match[str]) -> str:
            tex = token["display"] or token["inline"]
            if tex is None:
                return "$" if token["escaped"] else token[0]
            at = line + paragraph.count("\n", 0, token.start())
            made = put(Formula(_plain(tex), token["display"] is not None, f"{page}:{at}"))
            return f"\n\n{indent}{made}\n\n{indent}" if token["display"] else made

        indent = paragraph[: len(paragraph) - len(paragraph.lstrip(" "))]
        return _TOKEN.sub(swap, paragraph) if "$" in paragraph else paragraph

    # Display formulas add line ends.
    changed = change_paragraphs(lines, change, first_line)
    return [part for line in changed for part in line.split("\n")]


def formula_html(formula: Formula, rendered: Mapping[str, str]) -> str:
    """Returns a formula's MathML. Raises PageError if the build has not rendered it."""
    mathml = rendered.get(formula.key)
    if mathml is None:
        raise PageError(
            "This formula has not been drawn yet.",
            where=formula.where,
            found=formula.tex,
            next_step="Run `modelpress build`, which draws it.",
        )
    return f'<div class="mp-formula">{mathml}</div>' if formula.display else mathml


def _plain(tex: str) -> str:
    """Returns TeX on one line, without the character references and narrow spaces of facts."""
    tex = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), tex)
    return re.sub(r"\s+", " ", tex.replace("\u202f", r"{\,}")).strip()
