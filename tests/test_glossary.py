"""The glossary: its page read as terms, and their first occurrences marked on other pages."""

from __future__ import annotations

import re
from typing import Any

import markdown
import pytest

from modelpress.core.errors import PageError
from modelpress.site.lessons.glossary import as_options, terms_of
from modelpress.site.markdown import ModelpressExtension

PAGE = """# Glossary

Words.

## chain rule (backpropagation)

Derivatives *multiplied*, see [there](a.md).
On a second line.

More, for this page alone.

## cross-entropy

A loss.

## binary cross-entropy

Its half.

## ReLU

max(0, z)

## boundary

A line.

## loss

How "wrong" <it> is.
"""


def rendered(text: str, page: str = "learn/a.md") -> str:
    glossary = {
        "page": "learn/glossary.md",
        "url": "learn/glossary/",
        "terms": as_options(terms_of(PAGE, "learn/glossary.md")),
    }
    extension = ModelpressExtension(site={}, page=page, root="../../", glossary=glossary)
    return markdown.markdown(text, extensions=[extension, "attr_list"])


def marked(text: str) -> list[tuple[str, str]]:
    """The marked words and the anchors they lead to, in the order of the page."""
    found = re.findall(r'<a [^>]*href="[^"#]*#([^"]+)"[^>]*>([^<]+)</a>', rendered(text))
    return [(word, anchor) for anchor, word in found]


def test_a_heading_is_a_term_and_its_first_paragraph_the_definition() -> None:
    term = terms_of(PAGE, "g.md")[0]
    assert term.words == ("chain rule", "backpropagation")
    assert term.text == "Derivatives multiplied, see there. On a second line."
    assert term.anchor == "chain-rule-backpropagation"


def test_a_term_without_a_definition_is_refused() -> None:
    with pytest.raises(PageError, match="says nothing about `loss`"):
        terms_of("# G\n\n## loss\n\n## other\n\nText.\n", "g.md")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The loss, then the loss.", [("loss", "loss")]),
        ("Losses fall.", [("Losses", "loss")]),
        ("Both boundaries.", [("boundaries", "boundary")]),
        ("relu is none, a ReLU is", [("ReLU", "relu")]),
        (
            "binary cross-entropy and cross-entropy",
            [("binary cross-entropy", "binary-cross-entropy"), ("cross-entropy", "cross-entropy")],
        ),
        (
            "by backpropagation or the chain\nrule",
            [("backpropagation", "chain-rule-backpropagation")],
        ),
        ("glossy, lossless and loss-like", []),
        ("# The loss\n\n`loss` [loss](b.md)", [("loss", "loss")][:0]),
        ("The loss?\n{ .mp-question }\n\nSo: *loss*.", [("loss", "loss")]),
        ("> a loss\n\n- ReLU", [("loss", "loss"), ("ReLU", "relu")]),
    ],
)
def test_the_first_occurrence_is_marked(text: str, expected: list[tuple[str, str]]) -> None:
    assert [pair for pair in marked(text) if pair[1] != "b.md"] == expected


def test_nothing_of_the_text_is_lost() -> None:
    text = "Before the loss and *after a ReLU here* then boundaries; end."
    plain = re.sub(r'<span class="mp-term-tip".*?</span>', "", rendered(text))
    plain = re.sub(r"<div>.*?</div>", "", plain, flags=re.DOTALL)
    assert re.sub(r"<[^>]+>", "", plain).strip() == text.replace("*", "")


def test_a_definition_is_text_and_described_by_its_id() -> None:
    html = rendered("The loss.")
    assert "How &quot;wrong&quot; &lt;it&gt; is.</span>" in html
    assert 'aria-describedby="mp-term-loss"' in html
    assert 'id="mp-term-loss" data-search-exclude' in html
    assert 'href="../../learn/glossary/#loss"' in html


@pytest.mark.parametrize(
    ("page", "explains"),
    [
        ("learn/a.md", True),
        ("learn/deep/b.md", True),
        ("learn/glossary.md", False),
        ("a.md", False),
    ],
)
def test_terms_are_explained_beside_the_glossary(page: str, explains: bool) -> None:
    assert ("mp-term" in rendered("The loss.", page)) is explains


def test_without_a_glossary_nothing_is_marked() -> None:
    extension: Any = ModelpressExtension(site={}, page="learn/a.md")
    assert markdown.markdown("The loss.", extensions=[extension]) == "<p>The loss.</p>"
