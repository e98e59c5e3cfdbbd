"""Input kinds: text, values, golden inputs and HTML."""

from __future__ import annotations

import base64
import html.parser
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from modelpress import inputs
from modelpress.inputs import (
    Camera,
    Color,
    Drawing,
    Number,
    Numbers,
    Picture,
    Points,
    Several,
    Text,
)
from modelpress.kinds.registry import Context, kind_names
from modelpress.pixels import text_of

CORNERS = [(0, 0, "even"), (0, 1, "odd"), (1, 0, "odd"), (1, 1, "even")]
EXAMPLES: dict[str, Any] = {
    "camera": Camera(),
    "color": Color(),
    "drawing": Drawing(),
    "number": Number(-10, 10, step=0.1, unit="m", default=3),
    "numbers": Numbers({"width": (0, 4), "height": (-1, 1)}, units={"width": "m"}),
    "picture": Picture(8, 12),
    "several": Several({"age": Number(0, 20, unit="years"), "colour": Color("#336699")}),
    "text": Text(["the", "film", "is", "good"], 6, default="The film is good!"),
    "points": Points((-1, 2), (0, 1), marks=CORNERS),
}
# A second example of a kind, by the kind's name and more.
EXAMPLES_MORE: dict[str, Any] = {
    "camera in colour": Camera(9, 8, channels=3, contrast=False),
    "picture in colour": Picture(8, 12, channels=3),
}
ALL = EXAMPLES | EXAMPLES_MORE


class Parts(html.parser.HTMLParser):
    """What a figure's HTML holds: parts by name, ids, and which controls have a name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: dict[str, dict[str, str | None]] = {}
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.buttons = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if name := found.get("data-part"):
            self.parts[name] = found
        if identity := found.get("id"):
            self.ids.append(identity)
        if tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        self.buttons += tag == "button"
        if tag == "input":
            self.controls.append(found)


def test_every_kind_has_an_example_here() -> None:
    assert sorted(EXAMPLES) == kind_names(inputs)


@pytest.mark.parametrize("kind", sorted(ALL))
def test_spec_rebuilds_the_kind(kind: str) -> None:
    example = ALL[kind]
    assert inputs.from_spec(example.spec()).spec() == example.spec()
    assert example.spec()["kind"] == kind.split()[0]
    assert tuple(example.spec()["shape"]) == example.shape


def ends(spec: dict[str, Any]) -> tuple[Any, Any]:
    """The smallest and the largest value, of each part in a row where there are several."""
    if "parts" not in spec:
        return spec["min"], spec["max"]
    lows, highs = zip(*(ends(part) for part in spec["parts"]), strict=True)
    sizes = [int(np.prod(part["shape"])) for part in spec["parts"]]
    return np.repeat(lows, sizes), np.repeat(highs, sizes)


@pytest.mark.parametrize("kind", sorted(ALL))
def test_golden_inputs_cover_the_range_and_repeat(kind: str) -> None:
    example = ALL[kind]
    cases = example.golden(np.random.default_rng(1))
    assert len(cases) >= 64
    groups = {group for group, _ in cases}
    assert {"zero", "maximum", "corner", "edge", "ordinary", "random"} <= groups
    low, high = ends(example.spec())
    for _, values in cases:
        assert values.dtype == np.float32
        assert values.shape == example.shape
        assert ((values >= low) & (values <= high)).all()
    if kind != "text":  # without tokens, it is no input
        assert any((values == 0).all() for group, values in cases if group == "zero")
    assert any((values == high).all() for group, values in cases if group == "maximum")
    again = example.golden(np.random.default_rng(1))
    assert all((a == b).all() for (_, a), (_, b) in zip(cases, again, strict=True))


@pytest.mark.parametrize("kind", sorted(ALL))
def test_text_and_values_undo_each_other(kind: str) -> None:
    example = ALL[kind]
    for _, values in example.golden(np.random.default_rng(2)):
        assert (example.parse(example.format(values)) == values).all()


@pytest.mark.parametrize("kind", sorted(ALL))
@pytest.mark.parametrize("picker", ["sliders", "field"])
def test_every_control_has_a_name_and_every_id_is_unique(kind: str, picker: str) -> None:
    example = ALL[kind]
    options = {"picker": picker} if "picker" in example.options else {}
    context = Context("fig", options)
    values = example.parse(example.default)
    found = Parts(example.picture(values, context) + example.controls(values, context))
    assert len(set(found.ids)) == len(found.ids)
    assert all(identity.startswith("fig-") for identity in found.ids)
    assert found.controls or found.buttons
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


def test_points_read_what_people_type_and_keep_the_others() -> None:
    points = Points((-1, 2), (0, 1))
    assert points.parse("(0.5, −0)").tolist() == [0.5, 0]
    assert points.parse("−1 0.25; 2,1").tolist() == [-1, 0.25]
    assert points.canonical(" (.5, 1) ;2 0;") == "0.5,1;2,0"
    assert points.default == "0.5,0.5"
    assert points.describe([0.5, -1]) == "(0.5, −1)"
    for text in ("", "1", "1,2,3", "0,1.01", "3,0", "a,b", "0.5,0.5;9,9", ";".join(["0,0"] * 52)):
        with pytest.raises(ValueError, match=r"x from -1 to 2|more than 51"):
            points.parse(text)


def test_points_are_drawn_by_themselves_where_the_output_has_no_plane() -> None:
    points = Points((0, 4), (0, 2), marks=CORNERS)
    html_text = points.picture([1, 1], Context("f", text="1,1;4,0"))
    assert '--mp-x:0.2500;--mp-y:0.5000"' in html_text  # a quarter across, halfway up
    assert '<span class="mp-kept" style="--mp-x:1.0000;--mp-y:0.0000">1</span>' in html_text
    # even at (0, 0) and (1, 1), odd at (0, 1) and (1, 0): y runs down in SVG
    assert html_text.count('d="M0 1000h0M250 500h0"') == 2
    assert html_text.count('d="M0 500h0M250 1000h0"') == 2
    assert points.picture([1, 1], Context("f", plane=True)) == ""


def test_points_need_ranges_names_and_marks_that_make_sense() -> None:
    for wrong in (
        {"x": (1, 1)},
        {"y": (0, float("inf"))},
        {"names": ("a", "a")},
        {"marks": [(1,)]},
    ):
        with pytest.raises(ValueError, match="Points needs"):
            Points(**wrong)
    with pytest.raises(ValueError, match="not a point"):
        Points(default=(2, 0))


def test_numbers_have_a_slider_each_up_to_64_and_one_list_beyond() -> None:
    few, many = (Numbers({f"n{i}": (0, 1) for i in range(count)}) for count in (64, 65))
    assert few.controls(np.zeros(64), Context("f")).count('type="range"') == 64
    shown = Parts(many.controls(np.zeros(65), Context("f")))
    assert len(shown.controls) == 1
    assert many.parse(str(shown.parts["list"]["value"])).tolist() == [0] * 65
    assert few.describe(np.zeros(64)).endswith("n7 0, 56 more")


def test_numbers_name_the_value_that_is_wrong() -> None:
    numbers = Numbers({"width": (0, 4), "height": (-1, 1)}, units={"width": "m"})
    assert numbers.default == "2,0"
    assert numbers.parse(" 1; −0.5 ").tolist() == [1, -0.5]
    assert numbers.describe([1, -0.5]) == "width 1\u202fm, height −0.5"
    with pytest.raises(ValueError, match="height must be a number from -1 to 1; found '2'"):
        numbers.parse("1, 2")
    for text in ("", "1", "1,2,3"):
        with pytest.raises(ValueError, match="2 are expected, such as 2, 0"):
            numbers.parse(text)
    for wrong in ({"units": {"depth": "m"}}, {"step": {"depth": 1}}, {"shape": (3,)}, {"step": 9}):
        with pytest.raises(ValueError, match=r"depth|\(3,\)|step of"):
            Numbers({"width": (0, 4), "height": (-1, 1)}, **wrong)


def test_a_picture_in_colour() -> None:
    shots = {"Sky": np.full((8, 12, 3), (90, 160, 250)), "Text": text_of(np.zeros((8, 12, 3)))}
    kind = Picture(8, 12, channels=3, contrast=False, examples=shots)
    assert kind.shape == (8, 12, 3)
    sky = kind.parse(kind.default)
    assert sky.shape == kind.shape
    assert sky[3, 5].tolist() == [90, 160, 250]
    shown = kind.picture(sky.ravel(), Context("f"))
    png = shown.partition("base64,")[2].partition(")")[0]
    assert (np.asarray(Image.open(io.BytesIO(base64.b64decode(png)))) == sky).all()
    assert "12 × 8 pixels, in colour<" in shown
    cases = [values for _, values in kind.golden(np.random.default_rng(1))]
    assert any(np.ptp(case, axis=-1).max() == 255 for case in cases)
    assert any((case == (255, 0, 0)).all() for case in cases)
    assert Picture.fitting((8, 12, 3), [0], [255]).shape == (8, 12, 3)
    with pytest.raises(ValueError, match=r"'Sky' has the shape \(8, 12\).*expects \(8, 12, 3\)"):
        Picture(8, 12, channels=3, examples={"Sky": np.zeros((8, 12))})
    with pytest.raises(ValueError, match=r"channels=3 \(red, green, blue\); found 4"):
        Camera(8, 12, channels=4)


def test_words_are_escaped() -> None:
    number = Number(0, 1, label="<b>", unit="a&b")
    html_text = number.controls([0.5], Context("f")) + number.picture([0.5], Context("f"))
    assert "<b>" not in html_text
    assert "a&amp;b" in html_text


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="color, drawing, number"):
        inputs.from_spec({"kind": "colour"})
    with pytest.raises(AttributeError, match="Colour"):
        inputs.Colour  # noqa: B018
