"""Formulas in prose: what is one and what is a dollar, TeX to MathML, refusals with their line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import markdown
import pytest

from modelpress.core.errors import PageError
from modelpress.node.bundle import in_node
from modelpress.site.fences.formulas import Formula, replace_formulas
from modelpress.site.markdown import ModelpressExtension
from tests.entries import manifest, model


def found(text: str) -> list[tuple[str, bool]]:
    formulas: list[tuple[str, bool]] = []

    def note(formula: Formula) -> str:
        formulas.append((formula.tex, formula.display))
        return "·"

    replace_formulas(text.split("\n"), note, "a.md", 1)
    return formulas


def rendered(text: str, entries: dict[str, Any] | None = None) -> str:
    """The page, its formulas drawn by Node as a build draws them."""
    wanted = {
        f"{'display' if display else 'inline'} {tex}": [tex, display]
        for tex, display in found(text)
    }
    drawn = in_node("formulas.mjs", {"formulas": wanted})
    site = {
        "manifest": manifest({slug: model(**entry) for slug, entry in (entries or {}).items()}),
        "formulas": {key: made["html"] for key, made in drawn.items()},
    }
    extension = ModelpressExtension(site=site, page="a.md")
    return markdown.markdown(text, extensions=[extension, "tables", "pymdownx.details"])


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $10",
        "It costs $5.",
        "`$x$`",
        "\\$x\\$",
        "    $x$ in code",
        "<!-- $x$ -->",
        "a $ b $ c",
        "$5 and $x",
        "$5/$x, US$5 and CA$x",
        "$5-$10, from $HOME/$USER to $PATH:$HOME",
        "it costs $5 in `code$` here",
        "a $x `code` y$ b",
        "from $$5 `code` to $$x",
    ],
)
def test_a_dollar_is_no_formula(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "tex", "display"),
    [
        ("so $a<b$.", "a<b", False),
        ("the $n$th layer, ($5$)", "n", False),
        (r"$\text{a \$ b}$ `$`", r"\text{a \$ b}", False),
        ("$x_1$, then", "x_1", False),
        (r"$\$3$", r"\$3", False),
        ("$$\na\n= b\n$$", "a = b", True),
        ('??? question "Why?"\n\n    $$ x $$', "x", True),
        ("- a list\n\n    $x$", "x", False),
    ],
)
def test_a_formula_is_found(text: str, tex: str, display: bool) -> None:
    assert found(text)[0] == (tex, display)


def test_formulas_become_mathml_that_markdown_leaves_alone() -> None:
    html = rendered(
        "so $a_1 * b_2 * c<d$ holds\n\n$$\n\\frac{a}{b}\n$$\n\n| $x$ |\n|---|\n| $y$ |\n"
    )
    assert html.count("<math") == 4
    assert "<em>" not in html
    assert re.search(r"<p>so <math.*?</math> holds</p>", html, re.DOTALL)
    assert re.search(r'<div class="mp-formula"><math[^>]*display="block"', html)
    assert "<p><div" not in html


def test_a_dollar_that_is_meant_loses_its_backslash() -> None:
    assert rendered("\\$3 and `\\$4`") == "<p>$3 and <code>\\$4</code></p>"


def test_tex_that_can_not_be_read_is_a_sentence() -> None:
    drawn = in_node(
        "formulas.mjs", {"formulas": {"a": ["\\frac{1", False], "b": ["\\nosuch", True]}}
    )
    assert all("wrong" in made for made in drawn.values())
    assert "\\nosuch" in drawn["b"]["wrong"]


def test_a_formula_that_was_not_drawn_names_page_line_and_what_to_do(tmp_path: Path) -> None:
    extension = ModelpressExtension(site={}, page="learn/a.md", line_offset=3)
    with pytest.raises(PageError) as error:
        markdown.markdown("# A\n\nHere\nis $x$.", extensions=[extension])
    assert error.value.where == "learn/a.md:7"
    assert "modelpress build" in str(error.value)


def test_facts_stand_in_formulas() -> None:
    lines = ["$n = 668\u202f672$"]
    assert replace_formulas(lines, lambda formula: formula.tex, "a.md", 1) == ["n = 668{\\,}672"]
