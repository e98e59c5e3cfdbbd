"""Formulas in prose: `$…$` in a line, `$$…$$` by themselves, TeX that the build drew as MathML.

`$` opens a formula where no space follows and closes it where none precedes and no digit follows,
so that "$5 and $10" stays as it is; `\\$` is always a dollar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelpress.core.errors import PageError
from modelpress.site.fence_syntax import Fence, blocks
from modelpress.site.fences.facts import replace_facts
from modelpress.site.fences.prose import CODE, change_paragraphs

_TOKEN = re.compile(
    CODE + r"|(?P<escaped>\\\$)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|\$(?![\s$])(?P<inline>(?:\\.|[^\\$])+?)(?<!\s)\$(?![\d$])",
    re.DOTALL,
)


@dataclass(frozen=True)
class Formula:
    """tex: without its dollars. display: by itself rather than in a line. where: "page.md:line"."""

    tex: str
    display: bool
    where: str

    @property
    def key(self) -> str:
        """What it is found by among the drawn ones."""
        return f"{'display' if self.display else 'inline'} {self.tex}"


def formulas_of_page(
    lines: list[str], fences: Sequence[Fence], entries: Mapping[str, Any], page: str, offset: int
) -> list[Formula]:
    """The formulas of a page and of its captions, with the facts in them in place.

    lines: of its Markdown. fences: our own on it. offset: lines of the file before the Markdown.
    """
    found: list[Formula] = []

    def note(formula: Formula) -> str:
        found.append(formula)
        return ""

    for block in blocks(lines, page, offset):
        if block.kind == "text":
            first = block.line + offset + 1
            replace_formulas(replace_facts(block.lines, entries, page, first), note, page, first)
    for fence in fences:
        if "caption" in fence.options:
            told = replace_facts(fence.options["caption"].split("\n"), entries, page, fence.line)
            replace_formulas(told, note, page, fence.line)
    return found


def replace_formulas(
    lines: Sequence[str], put: Callable[[Formula], str], page: str, first_line: int
) -> list[str]:
    """The lines with what `put` gives in the place of each formula; one by itself gets blank lines
    around it. first_line: number of the first, from 1."""

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

    # What stands by itself has brought line ends with it.
    changed = change_paragraphs(lines, change, first_line)
    return [part for line in changed for part in line.split("\n")]


def formula_html(formula: Formula, drawn: Mapping[str, str]) -> str:
    """The MathML that the build drew. Raises PageError where it has not."""
    made = drawn.get(formula.key)
    if made is None:
        raise PageError(
            "This formula has not been drawn yet.",
            where=formula.where,
            found=formula.tex,
            next_step="Run `modelpress build`, which draws it.",
        )
    return f'<div class="mp-formula">{made}</div>' if formula.display else made


def _plain(tex: str) -> str:
    """TeX on one line, without the character references and the narrow spaces of facts."""
    tex = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), tex)
    return re.sub(r"\s+", " ", tex.replace("\u202f", r"{\,}")).strip()
