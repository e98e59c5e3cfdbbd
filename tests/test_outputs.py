"""Output kinds: what fits, what is said, what is drawn."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.testing as npt
import pytest
from PIL import Image

from modelpress import outputs
from modelpress.core.number_format import THIN, significant
from modelpress.inputs import Color, Points
from modelpress.inputs import Number as InputNumber
from modelpress.inputs import Numbers as InputNumbers
from modelpress.inputs import Picture as InputPicture
from modelpress.kinds.plot_html import Frame, around, ticks
from modelpress.kinds.registry import Context, kind_names
from modelpress.outputs import Classes, Curve, Map, Number, Numbers, Picture, Several, Swatch
from modelpress.outputs.map import border
from tests.twins import twin

LABELS = ["red-ish", "green-ish", "yellow-ish"]
EXAMPLES: dict[str, Any] = {
    "classes": Classes(LABELS),
    "curve": Curve((-1, 2), "Height", [(0, 1)], truth=[(-1, 0), (2, 3)]),
    "map": Map(-1, 1, 4, ("a", "b"), [(0, 0, -1), (1, 1, 1)]),
    "number": Number("Opposite", unit="m"),
    "numbers": Numbers(["first", "second"], unit="m"),
    "picture": Picture(2, 3, low=-1),
    "several": Several({"price": Number(unit="€"), "kind": Classes(LABELS)}),
    "swatch": Swatch(max=1),
}
RANGE = InputNumber(-1, 1, label="Time", unit="s")
SQUARE = Points((0, 2), (0, 1), names=("across", "up"))


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
    assert words == "green-ish, 83%; next yellow-ish, 9%"


def test_the_labels_of_many_classes() -> None:
    classes = Classes([f"<{i}>" for i in range(1000)])
    html = classes.picture([i / 499_500 for i in range(1000)], Context("m"))
    assert re.findall(r'mp-bar-label">(.*?)<', html) == [
        f"&lt;{i}&gt;" for i in range(999, 994, -1)
    ]
    assert classes.describe([0.5, *[0.0] * 998, 0.25]).startswith("<0>, 50%; next <999>, 25%")
    assert html.count("data-winner") == 1
    few = Classes([str(i) for i in range(24)]).picture([1 / 24] * 24, Context("m"))
    assert few.count('data-part="bar"') == 24


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([], "at least two labels; found []"),
        (["a"], "at least two labels; found ['a']"),
        (["a", "b", "a"], "found 3, with 'a' several times"),
        ("abc", "a list of labels; found 'abc'"),
        (7, "a list of labels; found 7"),
        (range(100_000), "at most 10,000 labels; found 100,000. Every prediction"),
        ([str(i % 99_999) for i in range(100_000)], "found 100000, with '0' several times"),
    ],
)
def test_labels_that_are_refused(labels: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        Classes(labels)
    assert len(str(caught.value)) < 500


def test_a_long_vector_is_no_kind_by_shape() -> None:
    assert Numbers.fitting((50_000,))
    with pytest.raises(ValueError, match="100,000 numbers; at most 50,000"):
        Numbers.fitting((100_000,))


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


def test_classes_refuse_wrong_colors() -> None:
    with pytest.raises(ValueError, match="found 1"):
        Classes(["a", "b"], ["#000000"])
    with pytest.raises(ValueError, match="not a colour: red"):
        Classes(["a", "b"], ["#000000", "red"])


def test_numbers_show_sensible_digits_and_their_unit() -> None:
    assert Number(unit="m").describe([-2.99839]) == f"−3.00{THIN}m"
    assert Number(digits=5).describe([3.836e-6]) == "3.8360e-6"
    with pytest.raises(ValueError, match="1 to 9"):
        Number(digits=0)


def test_tolerances() -> None:
    assert Classes.default_tolerance == 1e-5
    assert Number.default_tolerance is None


def drawn(output: Any, given: Any, answer: Any, function: Any) -> str:
    """The picture of an output whose model is `function`, for the input kind `given`."""
    swept = output.sweep(given)
    context = Context(
        "f",
        input=given.spec(),
        given=given.parse(given.default).tolist(),
        text=given.default,
        sweep=[function(*row) for row in swept],
        plane=output.plane,
    )
    return str(output.picture(answer, context))


def test_a_curve_goes_through_the_models_answers() -> None:
    """y = 2x + 1 over −1 … 1, with y drawn from its least to its largest and 6 % more."""
    curve = Curve(points=[(0, 1), (1, 3)])
    swept = curve.sweep(RANGE)
    assert swept.dtype == np.float32
    assert swept.shape == (161, 1)
    assert np.array_equal(swept[:, 0], np.linspace(-1, 1, 161, dtype=np.float32))
    html = drawn(curve, RANGE, [1.0], lambda x: [2 * x + 1])
    edge = 1000 * 0.06 / 1.12
    path = re.search(r'data-part="curve" d="M0 ([\d.]+)L.*L1000 ([\d.]+)"', html)
    assert path
    assert [float(y) for y in path.groups()] == pytest.approx([1000 - edge, edge], abs=0.1)
    assert f'class="mp-dots" d="M500 500h0M1000 {edge:.1f}h0"' in html
    assert "--mp-x:0.5000;--mp-y:0.5000" in html
    assert "Time in s" in html
    assert html.count("curve-cell") == 21
    assert "the true curve" not in html


def test_a_curve_may_reach_beyond_the_input() -> None:
    curve = Curve((-4, 4), truth=[(-4, 0), (4, 1)])
    assert curve.sweep(RANGE)[[0, -1], 0].tolist() == [-4, 4]
    assert "the true curve" in drawn(curve, RANGE, [1.0], lambda x: [x])
    for wrong in ({"x": (1, 1)}, {"digits": 0}, {"points": [(1, 2, 3)]}, {"truth": [(0, np.nan)]}):
        with pytest.raises(ValueError, match=r"Curve (needs|shows)"):
            Curve(**wrong)


def test_a_map_paints_each_cell_by_its_own_answer() -> None:
    """Four cells: blue at the left, orange at the right, stronger above."""
    square = Map(-1, 1, 2)
    assert square.sweep(SQUARE).tolist() == [[0.5, 0.25], [1.5, 0.25], [0.5, 0.75], [1.5, 0.75]]
    html = drawn(square, SQUARE, [0.5], lambda x, y: [(x - 1) * y])
    cells = re.findall(r'<path( class=mp-low)? fill-opacity="([\d.]+)" d="M(-?\d) (-?\d)h2v2', html)
    assert cells == [
        (" class=mp-low", "0.125", "-1", "1"),
        ("", "0.125", "1", "1"),
        (" class=mp-low", "0.375", "-1", "-1"),
        ("", "0.375", "1", "-1"),
    ]  # each of the four reaches beyond an edge
    assert 'data-part="border" d=""' in html  # no labels, no line between them
    assert "scale(500)" in html


def test_the_border_of_a_map_lies_where_it_is_midway() -> None:
    """Of a plane x + 2y = 1.1 the border is a straight line; every point of it has to lie on it."""
    middles = (np.arange(20) + 0.5) / 20
    values = [x + 2 * y - 1.1 for y in middles for x in middles]
    points = np.array(re.findall(r"([\d.]+) ([\d.]+)", border(values, 20)), float) / 1000
    inside = [(x, 1 - y) for x, y in points if 0.03 < x < 0.97 and 0.03 < y < 0.97]
    assert len(inside) > 30
    assert max(abs(x + 2 * y - 1.1) for x, y in inside) < 1e-3
    assert {0.0, 1.0} <= {x for x, _ in points}  # from edge to edge
    assert border([1.0] * 400, 20) == ""


def test_the_border_of_one_neuron_is_a_straight_line(tmp_path: Path) -> None:
    """However steep its sigmoid is: in the build and in the browser."""
    for steep in (0.5, 4, 15):
        answers: list[float] = []

        def neuron(
            x: float, y: float, steep: float = steep, answers: list[float] = answers
        ) -> list[float]:
            z = np.float32(steep * (2 * x + 5 * y - 4))
            answers.append(float(1 / (1 + np.exp(-z))))
            return answers[-1:]

        html = drawn(Map(labels=("no", "yes")), SQUARE, [0.5], neuron)
        path = html.partition('data-part="border" d="')[2].partition('"')[0]
        points = np.array(re.findall(r"([\d.]+) ([\d.]+)", path), float) / 1000
        off = [2 * (2 * x) + 5 * (1 - y) - 4 for x, y in points]
        assert len(off) > 10
        assert {0.0, 1.0} <= set(points.ravel())  # from edge to edge
        assert max(map(abs, off)) < 0.02
        (found,) = twin("outputs/map", "return twin.midway(each, 0, 1);", [answers], tmp_path)
        npt.assert_allclose(found, Map(labels=("no", "yes"))._midway(answers), rtol=1e-9)


def test_a_map_says_on_which_side_of_its_border_an_answer_lies() -> None:
    assert Map(labels=("no", "yes")).describe([0.49]) == "0.490: no"
    assert Map(labels=("no", "yes")).describe([0.5]) == "0.500: yes"
    assert Map().describe([0.5]) == "0.500"
    html = drawn(Map(labels=("<i>", "b"), marks=[(0, 0, "x")]), SQUARE, [1], lambda x, y: [1])
    assert "<i>" not in html
    assert "0, &lt;i&gt;" in html
    for wrong in ({"low": 1}, {"cells": 1}, {"labels": ("a",)}, {"marks": [(0, 0)]}):
        with pytest.raises(ValueError, match=r"Map (needs|has)"):
            Map(**wrong)


def test_plots_refuse_inputs_they_cannot_show() -> None:
    Curve().check_input(RANGE)
    Map().check_input(SQUARE)
    for output, given in ((Curve(), SQUARE), (Map(), RANGE), (Map(), Color())):
        with pytest.raises(ValueError, match=f"not for '{given.kind}'"):
            output.check_input(given)


def test_a_swatch_says_what_it_cannot_draw() -> None:
    assert Swatch().describe([94.4, 60.5, 183]) == "#5e3db7"
    assert Swatch(max=1).describe([0, 0.5, 1]) == "#0080ff"
    words = "#ff0000 (red 263 is drawn as 255, blue −3.20 is drawn as 0)"
    assert Swatch().describe([263, 0, -3.2]) == words
    assert Swatch().describe([255.4, -0.4, 0]) == "#ff0000"  # nothing that could be seen
    assert "background:#ff0000" in Swatch().picture([263, 0, -3.2], Context("f"))
    with pytest.raises(ValueError, match="above 0"):
        Swatch(0)


def drawn_pixels(html: str, part: str) -> Any:
    """The pixels of the PNG that a part of a picture's HTML shows."""
    png = re.search(rf'data-part="{part}"[^>]*base64,([^)]+)', html)
    assert png
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png[1]))))


def test_a_picture_stands_beside_the_input() -> None:
    given = InputPicture(4, 5, channels=3, contrast=False)
    values = given.parse(given.default)
    context = Context("f", input=given.spec(), given=values.ravel().tolist())
    answer = np.linspace(-0.5, 1.5, 24).reshape(2, 4, 3)
    color = Picture(2, 4, channels=3)
    html = color.picture(answer.ravel(), context)
    assert (drawn_pixels(html, "before") == values).all()
    assert np.abs(drawn_pixels(html, "after") - np.clip(answer, 0, 1) * 255).max() <= 0.5
    assert re.findall(r"<p>(.*?)</p>", html) == ["Before", "After"]
    words = "a picture of 4 × 2 pixels (values −0.500 to 1.50; 12 outside 0 to 1)"
    assert color.describe(answer) == words
    alone = color.picture(answer, Context("f", input=SQUARE.spec(), given=[0, 0]))
    assert 'data-part="after"' in alone
    assert "before" not in alone.lower()
    # Numbers have a range each, and no pixels.
    table = InputNumbers({f"x{i}": (0, 1) for i in range(64)}, shape=(8, 8))
    alone = color.picture(answer, Context("f", input=table.spec(), given=[0.0] * 64))
    assert "before" not in alone.lower()


def test_a_mask_lies_over_the_input() -> None:
    given = InputPicture(4, 6)
    mask = Picture(2, 3, channel=True, mask=True, color="#102030")
    mask.check_input(given)
    assert mask.shape == (2, 3, 1)
    context = Context("f", input=given.spec(), given=given.parse(given.default).ravel().tolist())
    html = mask.picture([0, 0.2, 0.4, 0.6, 0.8, 1], context)
    assert drawn_pixels(html, "before").shape == (4, 6)
    assert drawn_pixels(html, "after")[..., :3].reshape(-1, 3).tolist() == [[16, 32, 48]] * 6
    assert drawn_pixels(html, "after")[..., 3].ravel().tolist() == [0, 51, 102, 153, 204, 255]
    assert "aspect-ratio:6/4" in html
    words = "a mask with 50% of 6 pixels above 0.5 (values 0 to 1.00)"
    assert mask.describe([0, 0.2, 0.4, 0.6, 0.8, 1]) == words
    with pytest.raises(ValueError, match="over a Picture or a Camera, not over 'points'"):
        mask.check_input(SQUARE)
    Picture(2, 3).check_input(SQUARE)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"width": 1}, "sides of 2 to 256 pixels; found 2 × 1"),
        ({"channels": 2}, "channels=3 (red, green, blue); found 2"),
        ({"low": 1}, "low < high, finite numbers such as 0 and 1; found 1 and 1"),
        ({"high": float("inf")}, "found 0 and inf"),
        ({"channels": 3, "mask": True}, "channels=1 for a mask; found channels=3"),
        ({"color": "pink"}, "a colour #rrggbb; found 'pink'"),
    ],
)
def test_pictures_that_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Picture(**({"height": 2, "width": 3} | wrong))


def test_the_browser_describes_and_draws_the_same_picture(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    kinds = [
        Picture(9, 7, channels=3),
        Picture(9, 7, low=-1, mask=True),
        Picture(200, 110, channel=True, low=0, high=255),
        Picture(9, 7, low=0.1, high=0.3),
    ]
    cases, expected = [], []
    for kind in kinds:
        values = rng.normal(kind.high / 2, kind.high / 3, kind.shape).astype(np.float32).ravel()
        cases.append({"spec": kind.spec(), "values": values.tolist()})
        expected.append([kind.describe(values), kind._levels(values).ravel().tolist()])
    body = """
      const { low, high } = each.spec;
      return [twin.describe(each.values, each.spec), [...twin.scaled(each.values, low, high)]];
    """
    assert twin("outputs/picture", body, cases, tmp_path) == expected


def test_numbers_are_bars_from_zero_and_many_are_cells() -> None:
    assert Numbers(["a", "b"]).describe([1, -2.5]) == "a 1.00, b −2.50"
    html = Numbers(["a", "b"]).picture([1, -2.5], Context("f"))
    assert re.findall(r"--mp-share:([-\d.]+)", html) == ["0.4000", "-1.0000"]
    many = Numbers(shape=(5, 20))
    words = "100 values, the largest y7 3.00, the smallest y1 0"
    assert many.describe([0.0] * 6 + [3.0] + [0.0] * 93) == words
    for wrong in (
        {},
        {"labels": ["a", "a"]},
        {"labels": ["a"], "shape": (2,)},
        {"shape": (2,), "digits": 0},
    ):
        with pytest.raises(ValueError, match=r"Numbers"):
            Numbers(**wrong)


def cell_at(cells: Any, row: int, column: int) -> tuple[str, int]:
    """The colour and the strength of a cell of a diverging picture."""
    red, _, blue, alpha = cells[row, column].tolist()
    return ("orange" if red > blue else "blue"), alpha


def test_many_numbers_are_a_picture_in_the_shape_of_the_answer() -> None:
    def drawn_cells(shape: tuple[int, ...], values: dict[tuple[int, ...], float]) -> Any:
        answer = np.zeros(shape)
        for place, value in values.items():
            answer[place] = value
        html = Numbers(shape=shape).picture(answer.ravel(), Context("f"))
        png = base64.b64decode(html.partition("base64,")[2].partition(")")[0])
        cells = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
        assert f'width="{cells.shape[1]}" height="{cells.shape[0]}"' in html
        return cells

    table = drawn_cells((5, 20), {(1, 3): 4, (4, 19): -4, (2, 2): 2})
    assert table.shape[:2] == (5, 20)
    assert cell_at(table, 1, 3) == ("orange", 255)
    assert cell_at(table, 4, 19) == ("blue", 255)
    assert cell_at(table, 2, 2)[1] == pytest.approx(128, abs=1)
    assert np.count_nonzero(table[..., 3]) == 3
    row = drawn_cells((130,), {(0,): 1, (129,): -1})
    assert row.shape[:2] == (5, 32)
    assert cell_at(row, 4, 1) == ("blue", 255)
    maps = drawn_cells((6, 4, 3), {(5, 3, 1): 1})  # a tile a channel, a gap between
    assert maps.shape[:2] in ((6, 14), (20, 4), (13, 9))
    assert np.count_nonzero(maps[..., 3]) == 1
    long = drawn_cells((50_000,), {(49_999,): 1})
    assert long.shape[1] == 316
    assert long[..., 3].sum() == 255
    # Where two sides of three are one, there is no picture but a row.
    assert drawn_cells((1, 1, 70), {(0, 0, 69): 1}).shape[:2] == (3, 32)


def listed(html: str) -> list[list[str]]:
    """The texts of the rows of the folded list."""
    body = re.search(r'<tbody data-part="found">(.*?)</tbody>', html)
    assert body
    return [re.findall(r"<t[hd][^>]*>(.*?)</t", row) for row in body[1].split("</tr>")[:-1]]


def test_a_long_answer_is_a_list_to_unfold() -> None:
    html = Numbers(shape=(100,), unit="m").picture(np.arange(100.0), Context("f"))
    assert "<summary>All 100 values as a table</summary>" in html
    assert listed(html) == [[f"y{i + 1}", significant(i) + f"{THIN}m"] for i in range(20)]
    assert ">1 to 20 of 100 values</p>" in html
    assert "finder" not in Numbers(shape=(64,)).picture(np.zeros(64), Context("f"))
    shares = [i / 499_500 for i in range(1000)]
    html = Classes([f"<{i}>" for i in range(1000)]).picture(shares, Context("f"))
    assert listed(html)[:2] == [
        ["&lt;999&gt;", "0.200%", "1"],
        ["&lt;998&gt;", "0.200%", "2"],
    ]
    assert len(listed(html)) == 20
    few = Classes([str(i) for i in range(25)]).picture([0.04] * 25, Context("f"))
    assert len(listed(few)) == 20
    assert "finder" not in Classes([str(i) for i in range(24)]).picture([0.04] * 24, Context("f"))


def test_a_list_is_searched_and_turned(tmp_path: Path) -> None:
    names = [f"{'Dog' if i % 3 == 0 else 'cat'} {i}" for i in range(70)]
    order = list(range(69, -1, -1))
    cases = [
        {"query": "", "from": 0}, {"query": " dog ", "from": 0}, {"query": "DOG", "from": 20},
        {"query": "dog", "from": 40}, {"query": "fish", "from": 0}, {"query": "", "from": 60},
    ]  # fmt: skip
    body = f"""
      const found = twin.find({names}, {order}, each.query, each.from);
      return [found.rows, twin.wordsFor(found, each.query, "labels", (n) => `n${{n}}`)];
    """
    found = twin("outputs/widgets/finder", body, cases, tmp_path)
    dogs = [[i, 69 - i] for i in range(69, -1, -3)]
    assert [words for _, words in found] == [
        "n1 to n20 of n70 labels",
        "n1 to n20 of n24 labels with “dog”",
        "n21 to n24 of n24 labels with “DOG”",
        "n21 to n24 of n24 labels with “dog”",
        "None of the labels has “fish” in its name.",
        "n61 to n70 of n70 labels",
    ]
    assert [rows for rows, _ in found[1:5]] == [dogs[:20], dogs[20:], dogs[20:], []]
    assert found[5][0] == [[i, 69 - i] for i in range(9, -1, -1)]


def test_axes_have_round_numbers() -> None:
    assert ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert ticks(-3, 3) == [-3, -2, -1, 0, 1, 2, 3]
    assert ticks(-0.012, 0.031, most=5) == [-0.01, 0, 0.01, 0.02, 0.03]
    assert ticks(996, 1004.5, most=5) == [996, 998, 1000, 1002, 1004]
    assert around([2, 4, np.inf]) == pytest.approx((1.88, 4.12))
    low, high = around([5, 5])
    assert low < 5 < high
    assert Frame((0, 2), (-1, 1)).at(0.5, 1) == (0.25, 1)


def test_words_are_escaped() -> None:
    assert "<i>" not in Classes(["<i>", "b"]).picture([0.5, 0.5], Context("f"))
    assert "<i>" not in Number("<i>", unit="<i>").picture([1], Context("f"))
