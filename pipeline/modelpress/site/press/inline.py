"""The elements of prose: facts and formulas.

    <modelpress-fact of="digits.parameters" format=".3f"></modelpress-fact>
    <modelpress-formula tex="y = wx + b" display="block"></modelpress-formula>

The Markdown extension for other builders writes them. What it took for a fact and is none of ours
keeps its text, in `data-written`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from modelpress.core.errors import PageError
from modelpress.site.context import Site
from modelpress.site.fence_syntax import ELEMENT
from modelpress.site.fences.facts import fact, is_foreign
from modelpress.site.fences.formulas import Formula, formula_html
from modelpress.site.press.elements import Element

WRITTEN = "data-written"


def inline_html(element: Element, site: Site, page: str) -> str:
    """Returns the value of a fact or the MathML of a formula. Raises PageError if it has none."""
    if element.name == "formula":
        return formula_html(formula_of(element, page), site.formulas)
    _require(element, "of", ("of", "format"), page)
    text, form = element.attributes["of"], element.attributes.get("format", "")
    written = element.attributes.get(WRITTEN)
    if written is not None and is_foreign(text, site.entries):
        return escape(written, quote=False)
    value = fact(f"{text} | {form}" if form else text, site.entries, f"{page}:{element.line}")
    return escape(value, quote=False)


def is_block(element: Element) -> bool:
    """Returns whether an element of prose is a block of its own: a display formula."""
    return element.name == "formula" and element.attributes.get("display") == "block"


def formula_of(element: Element, page: str) -> Formula:
    """Returns the formula of an element. Raises PageError if it has no TeX."""
    _require(element, "tex", ("tex", "display"), page)
    tex = " ".join(element.attributes["tex"].split())
    return Formula(tex, is_block(element), f"{page}:{element.line}")


def formulas_among(elements: Iterable[Element], page: str) -> list[Formula]:
    """Returns the formulas among a page's elements."""
    return [formula_of(each, page) for each in elements if each.name == "formula"]


def _require(element: Element, name: str, known: Iterable[str], page: str) -> None:
    given: Mapping[str, Any] = element.attributes
    if not given.get(name, "").strip():
        raise PageError(
            f"<{ELEMENT}{element.name}> has no `{name}`.",
            where=f"{page}:{element.line}",
            expected=f'<{ELEMENT}{element.name} {name}="…"></{ELEMENT}{element.name}>; '
            f"its attributes are {', '.join(known)}",
        )
