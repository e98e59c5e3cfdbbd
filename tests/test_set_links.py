"""Words of the text that set a figure or light up a part of it, and figures that share an input."""

from __future__ import annotations

from typing import Any

import markdown
import pytest

from modelpress import outputs
from modelpress.core.errors import PageError
from modelpress.inputs import Number
from modelpress.site.fences.set_links import SetLink, check_set_links, replace_set_links
from modelpress.site.markdown import ModelpressExtension
from tests.entries import FILE, manifest, model

FILES = {
    name: FILE
    for form in ("graph", "layers")
    for name in (f"{form}/model.json", f"{form}/weights.bin", "golden.json")
}
FIGURE = '<x data-key="boundary.explore"><path class="mp-a mp-border" d=""/></x>'


def found(text: str) -> tuple[str, list[SetLink]]:
    links: list[SetLink] = []

    def put(link: SetLink) -> str:
        links.append(link)
        return link.html

    return "\n".join(replace_set_links(text.split("\n"), put, "page.md", 5)), links


def test_links_become_html() -> None:
    text, links = found(
        "Take [a <rate>\nof 10](set:boundary.explore=rate:10,x:1_2@20), and\n"
        "[the line](show:boundary.explore=border).\n\n`[code](set:a=b)` [other](page.md)"
    )
    assert text == (
        'Take <a class="mp-set" href="#boundary.explore=rate:10,x:1_2@20">a &lt;rate&gt; of 10</a>,'
        ' and\n<button type="button" class="mp-show" data-figure="boundary.explore" '
        'data-shows="mp-border">the line</button>.\n\n`[code](set:a=b)` [other](page.md)'
    )
    assert [link.where for link in links] == ["page.md:5", "page.md:7"]
    check_set_links(links, [FIGURE])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a](set:boundary)", "no figure and value"),
        ("[a](set:=b)", "no figure and value"),
        ("[a](set:boundary.explor=rate:1)", "Did you mean `boundary.explore`"),
        ("[a](show:boundary.explore=bord)", "no element of the class `mp-bord`"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(PageError, match=words) as error:
        check_set_links(found(f"One.\n\n{text}")[1], [FIGURE])
    assert "page.md:7" in str(error.value)


def rendered(text: str, **entries: dict[str, Any]) -> str:
    site = {"manifest": manifest(entries)}
    return markdown.markdown(text, extensions=[ModelpressExtension(site=site, page="page.md")])


def number(**more: Any) -> dict[str, Any]:
    given, output = Number(**{"min": -1, "max": 1} | more), outputs.Number()
    return model(input=given.spec(), output=output.spec(), files=FILES, golden="golden.json")


SHARED = "```model a\n```\n\n```model b\nshares: {}\n```\n"


def test_figures_share_an_input_of_the_same_kind() -> None:
    both = {"a": number(), "b": number()}
    assert 'data-shares="a"' in rendered(SHARED.format("a"), **both)
    with pytest.raises(PageError, match="has no figure above this one"):
        rendered(SHARED.format("b"), **both)
    with pytest.raises(PageError, match="can't share the input of `a`") as error:
        rendered(SHARED.format("a"), a=number(), b=number(max=2))
    assert "page.md:5" in str(error.value)
