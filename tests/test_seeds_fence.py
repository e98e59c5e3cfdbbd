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
from modelpress.site.charts.histogram import JOINER, histogram, histogram_html
from modelpress.site.fence_syntax import scan
from modelpress.site.fences.seeds import measure_words
from modelpress.site.markdown import ModelpressExtension
from modelpress.spec.expect import AtMost
from tests.entries import manifest, model

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


def test_bins_hold_every_value_once() -> None:
    values = [0.001 * 1.3**i for i in range(60)]
    for some in (values, values[:5], [7.0] * 4, [0.0, 0.0, 1.0], [-2.0, 3.0]):
        drawn = histogram(some)
        assert sum(each.count for each in drawn.bins) == len(some)
        assert all(drawn.low < value < drawn.high for value in some)
        for each in drawn.bins:
            inside = [v for v in some if each.low <= v < each.high or v == each.high == max(some)]
            assert each.count == len(inside) or len(drawn.bins) == 1


def test_outliers_leave_the_others_readable() -> None:
    """Accuracies near 0.9 and one of 0.1: the others fill most of the axis, not one bar."""
    near = [0.88 + 0.001 * i for i in range(40)]
    drawn = histogram([*near, 0.1, 0.12])
    first, *core = drawn.bins
    assert (first.low, first.high, first.count) == (0.1, 0.12, 2)
    assert sum(each.count for each in core) == len(near)
    assert all(0 < each.count < 8 for each in core)
    assert drawn.across(core[-1].ends[1]) - drawn.across(core[0].ends[0]) > 0.7
    assert 0 < drawn.across(first.ends[0]) < drawn.across(first.ends[1]) < drawn.across(0.88)
    html = histogram_html(drawn, ("accuracy", "seeds"), "")
    assert "accuracy; 2 values far away, not to scale" in html
    assert html.count("V1000Z") == len(drawn.bins)
    assert histogram([*near, 900.0]).bins[-1].span is not None
    for spread in (near, [*near, 0.84], [*near[:8], 0.1], [*near, *[0.1] * 9], [0.5] * 40 + [0.1]):
        assert all(each.span is None for each in histogram(spread).bins)


def test_the_axis_is_logarithmic_past_two_decades() -> None:
    assert not histogram([0.01, 0.5, 1.0]).log
    drawn = histogram([0.009, 0.1, 1.0])
    assert drawn.log
    assert drawn.ticks() == [0.01, 0.1, 1.0]
    assert drawn.across(0.1) == pytest.approx(
        math.log(0.1 / drawn.low) / math.log(drawn.high / drawn.low)
    )
    assert not histogram([0.0, 1.0]).log


def test_near_values_are_told_apart() -> None:
    drawn = histogram([0.055308, 0.055389])
    shown = [drawn.text(value) for value in drawn.ticks()]
    assert len(set(shown)) == len(shown) > 1
    assert drawn.text(0.055308) != drawn.text(0.055389)
    assert histogram([1e-5, 2e-5]).text(1e-5) == f"1e-{JOINER}5"


def test_measures_in_words() -> None:
    words = [measure_words(name) for name in ("loss", "val_accuracy", "val_far_off")]
    assert words == ["loss", "validation accuracy", "validation far off"]
