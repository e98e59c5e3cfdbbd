"""The Markdown extension for builders without plugins: fences, facts and formulas as elements."""

from __future__ import annotations

import markdown
import pytest

from modelpress.core.errors import PageError
from modelpress.site.press.elements import find_elements
from modelpress.site.press.pages import block_of


def html_of(text: str, *extensions: str, **options: object) -> str:
    configs = {"modelpress": options}
    return markdown.markdown(
        text, extensions=["modelpress", *extensions], extension_configs=configs
    )


@pytest.mark.parametrize("extension", ["fenced_code", "pymdownx.superfences"])
def test_a_fence_becomes_an_element_and_code_stays(extension: str) -> None:
    text = (
        '```model a\nstart: "#9bb751"\ncaption: "<b> & \\"c\\""\n```\n\n    ```model b\n    ```\n'
    )
    html = html_of(f"{text}\n~~~markdown\n{text}~~~\n", extension)
    (element,) = find_elements(html, "a")
    assert block_of(element, "a").given == {"start": "#9bb751", "caption": '<b> & "c"'}
    assert (element.name, element.paragraph) == ("model", "")


def test_fences_within_lists_and_of_other_kinds() -> None:
    others = "```explore layers\nmodel: c\n```\n\n```models\n```"
    html = html_of(f"- a\n\n    ```failure b\n    ```\n\n{others}")
    blocks = [block_of(each, "a") for each in find_elements(html, "a")]
    assert [(each.kind, each.slug) for each in blocks] == [
        ("failure", "b"), ("layers", "c"), ("models", ""),
    ]  # fmt: skip
    assert html.index("<li>") < html.index("<modelpress-failure") < html.index("</li>")


def test_facts_and_formulas_become_elements_in_their_paragraph() -> None:
    html = html_of(
        "It has {{ a.b | .2f }} of $x<y$ at $5 and `{{ a.b }}`; {{ other }}.\n\n$$\nz\n$$"
    )
    fact, inline, display = find_elements(html, "a")
    assert fact.attributes["of"] == "a.b"
    assert fact.attributes["format"] == ".2f"
    assert fact.attributes["data-written"] == "{{ a.b | .2f }}"
    assert inline.attributes == {"tex": "x<y"}
    assert display.attributes == {"tex": "z", "display": "block"}
    assert [each.paragraph for each in (fact, inline, display)] == ["<p>", "<p>", ""]
    assert "at $5 and <code>{{ a.b }}</code>; {{ other }}." in html


def test_facts_and_formulas_have_switches() -> None:
    text = "{{ a.b }} [[ a.b ]] $x$"
    assert html_of(text, facts=False, formulas=False) == f"<p>{text}</p>"
    html = html_of(text, fact_delimiters="[[ ]]", formulas=False)
    assert html.startswith("<p>{{ a.b }} <modelpress-fact")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("```model a\n- x\n```", "not one `name: value` a line"),
        ("```model a\n<b>", "never closed"),
    ],
)
def test_a_fence_that_cannot_be_read_is_reported_by_the_press(text: str, words: str) -> None:
    html = html_of(f"Before\n\n{text}")
    assert html.startswith("<p>Before</p>")
    with pytest.raises(PageError, match=words) as error:
        find_elements(html, "site/a.html")
    assert error.value.where == "site/a.html, line 3 of its Markdown"
