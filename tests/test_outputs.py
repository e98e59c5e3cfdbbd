"""Output kinds: what fits, what is said, what is drawn."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from pipeline import outputs
from pipeline.kinds import Context, kind_names
from pipeline.numerals import THIN
from pipeline.outputs import Classes, Number

LABELS = ["red-ish", "green-ish", "yellow-ish"]
EXAMPLES: dict[str, Any] = {"classes": Classes(LABELS), "number": Number("Opposite", unit="m")}


def test_every_kind_has_an_example_here() -> None:
    assert sorted(EXAMPLES) == kind_names(outputs)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_spec_rebuilds_the_kind(kind: str) -> None:
    example = EXAMPLES[kind]
    assert outputs.from_spec(example.spec()).spec() == example.spec()
    assert example.spec()["kind"] == kind
    assert tuple(example.spec()["shape"]) == example.shape


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_a_model_of_another_shape_does_not_fit(kind: str) -> None:
    example = EXAMPLES[kind]
    example.check(example.shape)
    for shape in [(), (7,), (*example.shape, 1)]:
        with pytest.raises(ValueError, match=re.escape(str(shape))):
            example.check(shape)


def test_classes_name_the_winner_first() -> None:
    classes = Classes(LABELS)
    words = classes.describe([0.08, 0.83, 0.09])
    assert words == f"green-ish, 83{THIN}%; next yellow-ish, 9{THIN}%"


def test_a_tie_goes_to_the_first_label() -> None:
    assert Classes(LABELS).describe([0.4, 0.2, 0.4]).startswith("red-ish")


def test_classes_draw_a_bar_a_label_in_their_order() -> None:
    picture = Classes(LABELS).picture(np.array([0.08, 0.83, 0.09], np.float32), Context("f"))
    assert re.findall(r'mp-bar-label">([^<]+)', picture) == LABELS
    assert re.findall(r"--mp-share:([\d.]+)", picture) == ["0.0800", "0.8300", "0.0900"]
    assert picture.count("data-winner") == 1
    assert '<p class="mp-word" data-part="word">green-ish' in picture


def test_colour_words_wear_their_colours_and_others_a_series() -> None:
    classes = Classes(["red", "Grey-ish", "cat", "dog"])
    assert classes.colors[0] == Classes(LABELS).colors[0]
    assert classes.colors[1] == Classes(["grey", "x"]).colors[0]
    assert len(set(classes.colors)) == 4


def test_classes_refuse_wrong_labels_and_colors() -> None:
    for labels in ([], ["one"], ["a", "a"]):
        with pytest.raises(ValueError, match="two different labels"):
            Classes(labels)
    with pytest.raises(ValueError, match="found 1"):
        Classes(["a", "b"], ["#000000"])
    with pytest.raises(ValueError, match="not a color: red"):
        Classes(["a", "b"], ["#000000", "red"])


def test_numbers_show_sensible_digits_and_their_unit() -> None:
    assert Number(unit="m").describe([-2.99839]) == f"−3.00{THIN}m"
    assert Number(digits=5).describe([3.836e-6]) == "3.8360e-6"
    with pytest.raises(ValueError, match="1 to 9"):
        Number(digits=0)


def test_tolerances() -> None:
    assert Classes.default_tolerance == 1e-5
    assert Number.default_tolerance is None


def test_words_are_escaped() -> None:
    assert "<i>" not in Classes(["<i>", "b"]).picture([0.5, 0.5], Context("f"))
    assert "<i>" not in Number("<i>", unit="<i>").picture([1], Context("f"))
