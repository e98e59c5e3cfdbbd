"""The `seeds` fence as plain Python-Markdown: the histogram, its words, and its mistakes."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import markdown
import pytest

from modelpress.core.errors import PageError
from modelpress.ensembles.ensemble import described
from modelpress.inputs import Points
from modelpress.outputs import Number
from modelpress.site.fence_syntax import scan
from modelpress.site.markdown import ModelpressExtension
from modelpress.spec.expect import AtMost
from tests.entries import manifest, model
from tests.twins import twin

BASE = "models/gate/0123456789ab/"
VALUES = [0.3, 0.1, 0.1, 0.12, math.nan, 0.5]


def found(values: list[float], **changed: Any) -> dict[str, Any]:
    """As the step `seeds` writes it."""
    return {
        "measure": "val_loss",
        "browser": "val_loss",
        "live": True,
        "higher_is_better": False,
        "first_seed": 3,
        "count": len(values),
        "epochs": 10,
        "steps": 40,
        "shuffle": True,
        "drawn_otherwise": False,
        **described(values, AtMost(0.2)),
        **changed,
    }


@pytest.fixture
def render() -> Any:
    fields = {
        "title": "Exclusive <or>",
        "base": BASE,
        "files": {},
        "golden": "golden.json",
        "input": Points(x=(0, 1), y=(0, 1), names=("a", "b")).spec(),
        "output": Number("Answer").spec(),
    }

    def to_html(text: str, seeds: dict[str, Any], line_offset: int = 0) -> str:
        models = {"gate": model(**fields, seeds=seeds), "lone": model(**fields)}
        extension = ModelpressExtension(
            site={"manifest": manifest(models)}, public=str(Path()), page="a.md",
            root="../", line_offset=line_offset,
        )  # fmt: skip
        return markdown.markdown(text, extensions=[extension])

    return to_html


def fence(*options: str, kind: str = "seeds gate") -> str:
    return "\n".join([f"```{kind}", *options, "```"])


def test_the_histogram_is_complete_without_scripts(render: Any) -> None:
    html = render(fence(), found(VALUES))
    assert "6 trainings of 40 steps: validation loss from 0.1 to 0.5, median 0.12" in html
    assert "the middle half lies between 0.1 and 0.3. 1 of them diverged." in html
    assert "3 of 6 reach ≤\u00a00.2." in html
    assert "Exclusive &lt;or&gt;, the same training in Python from 6 seeds" in html
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td>(\d+)</td></tr>', html)
    assert rows[0] == ("0.1 to 0.15", "3")
    assert rows[-2:] == [("0.45 to 0.5", "1"), ("diverged", "1")]
    assert sum(int(count) for _, count in rows) == 6
    bars = re.search(r'class="mp-bar" d="([^"]+)"', html)
    assert bars is not None
    assert bars[1].count("Z") == 3
    assert ">seed 3</span>" in html


def test_facts_say_the_same(render: Any) -> None:
    html = render("{{ gate.seeds.median }} of {{ gate.seeds.count }}", found(VALUES))
    assert "0.12 of 6" in html


def test_what_the_page_knows_is_sorted_and_sound(render: Any) -> None:
    html = render(fence(), found(VALUES))
    text = re.search(r"data-part=.seeds. value='(.*?)'>", html)
    assert text is not None
    data = json.loads(text[1])
    assert data["values"] == [0.1, 0.1, 0.12, 0.3, 0.5]
    assert (data["browser"], data["diverged"], data["log"]) == ("val_loss", 1, False)
    assert data["bins"][0]["count"] == 3


def test_random_starts_have_no_seed_of_their_own(render: Any) -> None:
    html = render(fence(), found(VALUES, drawn_otherwise=True))
    assert "from 6 random starts" in html
    assert "python-flag" not in html


def test_what_readers_cannot_measure_has_no_place_for_theirs(render: Any) -> None:
    assert 'data-part="yours"' in render(fence(), found(VALUES))
    html = render(fence(), found(VALUES, browser=None))
    assert 'data-part="yours"' not in html
    assert "your own run" not in html


def test_where_all_diverged_a_sentence_stays(render: Any) -> None:
    html = render(fence(), found([math.nan, math.nan]))
    assert "All 2 trainings of 40 steps diverged." in html
    assert "<svg" not in html
    assert 'data-part="seeds"' not in html


def test_the_caption_takes_facts(render: Any) -> None:
    html = render(fence('caption: "Worst: {{ gate.seeds.most }}"'), found(VALUES))
    assert "Figure 1.</span> Worst: 0.5<" in html


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (fence(kind="seeds lone"), 11, "a model with seeds: gate"),
        (fence(kind="seeds gat"), 11, "Did you mean `gate`?"),
        (fence("captain: x"), 12, "Did you mean `caption`?"),
    ],
)
def test_mistakes_name_page_and_line(render: Any, text: str, line: int, words: str) -> None:
    with pytest.raises(PageError) as caught:
        render(text, found(VALUES), 10)
    assert f"a.md:{line}" in str(caught.value)
    assert words in str(caught.value)


def test_scan_knows_the_fence(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(fence("caption: x"))
    assert [(f.kind, f.slug) for f in scan(tmp_path)] == [("seeds", "gate")]


DRAWN = """
  const drawn = twin.histogram(each);
  const across = (value) => twin.across(drawn, value);
  return {
    ...drawn,
    ends: drawn.bins.map((bin) => twin.endsOf(bin).map(across)),
    places: each.map(across),
    texts: each.map((value) => twin.valueText(drawn, value)),
    html: twin.histogramHtml(drawn, ["accuracy", "seeds"], ""),
  };"""
MARKS = re.compile(r"mp-axis-x.*?</div>")


def histograms(values: list[list[float]], folder: Path) -> list[Any]:
    return twin("figures/charts/histogram", DRAWN, values, folder)


def test_bins_hold_every_value_once(tmp_path: Path) -> None:
    values = [0.001 * 1.3**i for i in range(60)]
    cases = [values, values[:5], [7.0] * 4, [0.0, 0.0, 1.0], [-2.0, 3.0]]
    for some, drawn in zip(cases, histograms(cases, tmp_path), strict=True):
        bins = drawn["bins"]
        assert sum(each["count"] for each in bins) == len(some)
        assert all(drawn["low"] < value < drawn["high"] for value in some)
        for each in bins:
            low, high = each["low"], each["high"]
            inside = [v for v in some if low <= v < high or v == high == max(some)]
            assert each["count"] == len(inside) or len(bins) == 1


def test_outliers_leave_the_others_readable(tmp_path: Path) -> None:
    """Accuracies near 0.9 and one of 0.1: the others fill most of the axis, not one bar."""
    near = [0.88 + 0.001 * i for i in range(40)]
    spread = (near, [*near, 0.84], [*near[:8], 0.1], [*near, *[0.1] * 9], [0.5] * 40 + [0.1])
    drawn, above, *rest = histograms([[*near, 0.1, 0.12], [*near, 900.0], *spread], tmp_path)
    first, *core = drawn["bins"]
    assert (first["low"], first["high"], first["count"]) == (0.1, 0.12, 2)
    assert sum(each["count"] for each in core) == len(near)
    assert all(0 < each["count"] < 8 for each in core)
    ends = drawn["ends"]
    assert ends[-1][1] - ends[1][0] > 0.7
    assert 0 < ends[0][0] < ends[0][1] < drawn["places"][0]
    assert "accuracy; 2 values far away, not to scale" in drawn["html"]
    assert drawn["html"].count("V1000Z") == len(drawn["bins"])
    assert "span" in above["bins"][-1]
    assert all("span" not in each for other in rest for each in other["bins"])


def test_the_axis_is_logarithmic_past_two_decades(tmp_path: Path) -> None:
    cases = [[0.01, 0.5, 1.0], [0.009, 0.1, 1.0], [0.0, 1.0]]
    plain, drawn, zero = histograms(cases, tmp_path)
    assert not plain["log"]
    assert drawn["log"]
    (marks,) = MARKS.findall(drawn["html"])
    assert re.findall(r">([\d.]+)<", marks) == ["0.01", "0.1", "1"]
    low, high = drawn["low"], drawn["high"]
    assert drawn["places"][1] == pytest.approx(math.log(0.1 / low) / math.log(high / low))
    assert not zero["log"]


def test_near_values_are_told_apart(tmp_path: Path) -> None:
    near, small = histograms([[0.055308, 0.055389], [1e-5, 2e-5]], tmp_path)
    (marks,) = MARKS.findall(near["html"])
    shown = re.findall(r">([\d.]+)<", marks)
    assert len(set(shown)) == len(shown) > 1
    assert near["texts"][0] != near["texts"][1]
    assert small["texts"][0] == "1e-\u20605"  # no line break after the sign


def test_measures_in_words(tmp_path: Path) -> None:
    names = ["loss", "val_accuracy", "val_far_off"]
    words = twin("figures/seeds/figure", "return twin.measureWords(each);", names, tmp_path)
    assert words == ["loss", "validation accuracy", "validation far off"]
