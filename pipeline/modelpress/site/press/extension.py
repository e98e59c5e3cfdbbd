"""The Python-Markdown extension for builders without plugins, such as Zensical.

    markdown_extensions:
      - modelpress

It turns fences, facts and formulas into elements, and needs no models: the press draws them.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from modelpress.core.errors import PageError
from modelpress.site.context import BRACES
from modelpress.site.fence_kinds import fence_kinds
from modelpress.site.fence_syntax import ELEMENT, Block, blocks, read_options
from modelpress.site.fences.facts import change_facts, fact_parts
from modelpress.site.fences.formulas import Formula, replace_formulas
from modelpress.site.press.elements import MISTAKE
from modelpress.site.press.inline import WRITTEN

PAGE = "line"  # in errors; a builder tells an extension no name of the page


class ElementsExtension(Extension):
    """Turns fences, facts and formulas into elements. Options: see `config`."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "facts": [True, "Whether braces mark facts"],
            "formulas": [True, "Whether dollars mark formulas"],
            "fact_delimiters": [BRACES, "What stands before and after a fact"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        # As `modelpress.site.markdown`: after whitespace is normalised, before code is read.
        md.preprocessors.register(_Elements(md, self.getConfigs()), "modelpress", 29)


class _Elements(Preprocessor):
    def __init__(self, md: Markdown, config: Mapping[str, Any]) -> None:
        super().__init__(md)
        self.formulas = bool(config["formulas"])
        self.delimiters = str(config["fact_delimiters"]) if config["facts"] else ""

    def run(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        try:
            self._render(lines, out)
        except PageError as error:  # the builder would print a traceback; the press reports it
            found = {name: str(value) for name, value in error.as_dict().items()}
            return [*out, "", self.md.htmlStash.store(f"<div>{_element(MISTAKE, found)}</div>")]
        return out

    def _render(self, lines: list[str], out: list[str]) -> None:
        for block in blocks(lines, PAGE):
            if block.kind == "code":
                out.extend(block.lines)
            elif block.kind == "text":
                text = change_facts(block.lines, self._fact, PAGE, block.line + 1, self.delimiters)
                if self.formulas:
                    text = replace_formulas(text, self._formula, PAGE, block.line + 1)
                out.extend(text)
            else:
                stashed = self.md.htmlStash.store(f"<div>{_element_of(block)}</div>")
                out.extend(["", block.indent + stashed, ""])

    def _fact(self, text: str, where: str, in_target: bool) -> str | None:
        parts = fact_parts(text)
        if parts is None or in_target:  # another plugin's, or an address, which holds no element
            return None
        opening, closing = self.delimiters.split()
        given = {"of": parts[0], "format": parts[1], WRITTEN: f"{opening}{text}{closing}"}
        return self.md.htmlStash.store(_element("fact", given))

    def _formula(self, formula: Formula) -> str:
        display = "block" if formula.display else ""
        html = _element("formula", {"tex": formula.tex, "display": display})
        return self.md.htmlStash.store(f"<div>{html}</div>" if display else html)


def _element_of(block: Block) -> str:
    kind = fence_kinds()[block.kind]
    subject = {kind.subject: block.slug} if kind.subject else {}
    return _element(block.kind, {**subject, **read_options(block, PAGE)})


def _element(name: str, given: Mapping[str, str]) -> str:
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in given.items() if value)
    return f"<{ELEMENT}{name}{attributes}></{ELEMENT}{name}>"
