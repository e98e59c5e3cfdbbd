"""Input kinds: text, values, golden inputs and HTML."""

from __future__ import annotations

import html.parser
from typing import Any

import numpy as np
import pytest

from pipeline import inputs
from pipeline.inputs import Color, Number
from pipeline.kinds import Context, kind_names

EXAMPLES: dict[str, Any] = {
    "color": Color(),
    "number": Number(-10, 10, step=0.1, unit="m", default=3),
}


class Parts(html.parser.HTMLParser):
    """What a figure's HTML holds: parts by name, ids, and which controls have a name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: dict[str, dict[str, str | None]] = {}
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if name := found.get("data-part"):
            self.parts[name] = found
        if identity := found.get("id"):
            self.ids.append(identity)
        if tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        if tag == "input":
            self.controls.append(found)


def test_every_kind_has_an_example_here() -> None:
    assert sorted(EXAMPLES) == kind_names(inputs)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_spec_rebuilds_the_kind(kind: str) -> None:
    example = EXAMPLES[kind]
    assert inputs.from_spec(example.spec()).spec() == example.spec()
    assert example.spec()["kind"] == kind
    assert tuple(example.spec()["shape"]) == example.shape


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_golden_inputs_cover_the_range_and_repeat(kind: str) -> None:
    example = EXAMPLES[kind]
    cases = example.golden(np.random.default_rng(1))
    assert len(cases) >= 64
    groups = {group for group, _ in cases}
    assert {"zero", "maximum", "corner", "edge", "ordinary", "random"} <= groups
    low, high = example.spec()["min"], example.spec()["max"]
    for _, values in cases:
        assert values.dtype == np.float32
        assert values.shape == example.shape
        assert ((values >= low) & (values <= high)).all()
    assert any((values == 0).all() for group, values in cases if group == "zero")
    assert any((values == high).all() for group, values in cases if group == "maximum")
    again = example.golden(np.random.default_rng(1))
    assert all((a == b).all() for (_, a), (_, b) in zip(cases, again, strict=True))


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_text_and_values_undo_each_other(kind: str) -> None:
    example = EXAMPLES[kind]
    for _, values in example.golden(np.random.default_rng(2)):
        assert (example.parse(example.format(values)) == values).all()


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
@pytest.mark.parametrize("picker", ["sliders", "field"])
def test_every_control_has_a_name_and_every_id_is_unique(kind: str, picker: str) -> None:
    example = EXAMPLES[kind]
    options = {"picker": picker} if "picker" in example.options else {}
    context = Context("fig", options)
    values = example.parse(example.default)
    found = Parts(example.picture(values, context) + example.controls(values, context))
    assert len(set(found.ids)) == len(found.ids)
    assert all(identity.startswith("fig-") for identity in found.ids)
    assert found.controls
    for control in found.controls:
        assert control.get("aria-label") or control.get("id") in found.labelled
        assert control["autocomplete"] == "off"  # or a reload would keep what nobody answered
        assert control.get("value")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("#9bb751", [155, 183, 81]),
        ("9BB751", [155, 183, 81]),
        (" #abc ", [170, 187, 204]),
        ("000", [0, 0, 0]),
    ],
)
def test_color_reads_three_and_six_digits(text: str, values: list[int]) -> None:
    assert Color().parse(text).tolist() == values


@pytest.mark.parametrize("text", ["", "#", "red", "#12345", "#1234567", "12 34 56", "#ggg"])
def test_color_refuses_other_text_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="#9bb751"):
        Color().parse(text)


def test_number_refuses_what_is_outside_its_range() -> None:
    number = Number(-10, 10)
    for text in ("11", "-10.1", "nan", "inf", "", "three", "1e999"):
        with pytest.raises(ValueError, match="-10 to 10"):
            number.parse(text)
    assert number.parse("−2.5").tolist() == [-2.5]  # a typographic minus, as the page writes it


def test_number_needs_a_range_and_picks_step_and_default() -> None:
    assert Number(-10, 10).spec()["step"] == 0.1
    assert Number(-10, 10).default == "0"
    assert Number(5, 10).default == "5"
    for low, high in ((1, 1), (2, 1), (0, float("inf"))):
        with pytest.raises(ValueError, match="min < max"):
            Number(low, high)
    with pytest.raises(ValueError, match="step"):
        Number(0, 1, step=0)
    with pytest.raises(ValueError, match="0 to 1"):
        Number(0, 1, default=3)


def test_words_are_escaped() -> None:
    number = Number(0, 1, label="<b>", unit="a&b")
    html_text = number.controls([0.5], Context("f")) + number.picture([0.5], Context("f"))
    assert "<b>" not in html_text
    assert "a&amp;b" in html_text


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="color, number"):
        inputs.from_spec({"kind": "colour"})
    with pytest.raises(AttributeError, match="Colour"):
        inputs.Colour  # noqa: B018
