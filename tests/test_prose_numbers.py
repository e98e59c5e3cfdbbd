"""Every figure in prose is a fact: numbers that a page types though a fact knows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.figures import DOCS
from tests.prose_numbers import typed_facts

ENTRIES: dict[str, Any] = {
    "digits": {
        "connections": 668672,
        "metrics": {"test_accuracy": 0.97312},
        "facts": {"loss_40": 3.836e-6, "weight": -0.99946, "epochs": 20},
        "training": {"history": {"loss": [0.123]}},
    },
    "other": {"parameters": 4321},
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It has 668,672 connections.", "668,672 is {{ digits.connections }}"),
        ("It has 668 672 connections.", "668 672 is {{ digits.connections }}"),
        ("668672", "668672 is {{ digits.connections }}"),
        ("right in 97.3 %", "97.3 % is {{ digits.test_accuracy }}"),
        ("an accuracy of 0.973", "0.973 is {{ digits.test_accuracy }}"),
        ("a loss of 3.84e-6", "3.84e-6 is {{ digits.loss_40 }}"),
        ("ends at −0.9995", "−0.9995 is {{ digits.weight }}"),
    ],
)
def test_a_number_that_a_fact_knows_is_found(text: str, found: str) -> None:
    page = f"# Digits\n\nOf digits:\n{text}\n"
    assert typed_facts(page, ENTRIES, "a.md") == [f"a.md:4: {found}"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ digits.connections }}",
        "`668672`",
        "```python\n668672\n```",
        "$n = 668672$",
        "[here](668672.md)",
        "20 epochs",
        "0.1 and 97 %",
        "4321 are the other's, which this page does not name".replace("other", "third"),
        "668673",
        "0.974",
        "v668672",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert typed_facts(f"# Digits\n\ndigits\n\n{text}\n", ENTRIES, "a.md") == []


# Of the published set, whatever this build was made from: no fact of every build.
SAID_OTHERWISE = {"models/digits.md": ("2,000", "8,000")}


def test_no_page_types_what_a_fact_knows(built_site: Path) -> None:
    manifest = json.loads((built_site.parent / ".modelpress/site.json").read_text())["manifest"]
    entries = {**manifest["models"], **manifest["failures"]}
    pages = [path for path in sorted(DOCS.rglob("*.md")) if path.parent.name != "reference"]
    found = []
    for path in pages:
        page = path.relative_to(DOCS).as_posix()
        for line in typed_facts(path.read_text("utf-8"), entries, page):
            number = line.split(": ")[1].split(" is ")[0]
            if number not in SAID_OTHERWISE.get(page, ()):
                found.append(line)
    assert found == []
