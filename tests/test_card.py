"""The card, the diagram and the gallery as HTML: every figure in its place, every chart with a
table."""

from __future__ import annotations

import base64
import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import numpy as np
import pytest
from PIL import Image

from modelpress.core.errors import PageError
from modelpress.core.tiles import layout
from modelpress.inputs import Color, Points
from modelpress.inputs import Number as NumberInput
from modelpress.outputs import Classes, Curve, Map
from modelpress.site.markdown import ModelpressExtension
from tests.entries import manifest, model

BASE = "models/words/0123/"
LABELS = ["red", "green", "blue"]
DETAIL = "details/history-0.json"
HISTORY = {"loss": [3.0, 2.0, 1.5], "val_loss": [3.1, 2.4, 2.0]}
PICTURE = {"src": "data:image/png;base64,AA==", "low": -0.25, "high": 3.21, "above": 5, "count": 16}


def entry() -> dict[str, Any]:
    names = ["graph/model.json", "graph/weights.bin", "golden.json", "model.keras", DETAIL]
    fields = {
        "title": "Words",
        "base": BASE,
        "files": {n: {"url": BASE + n, "size_bytes": 12, "sha256": "0" * 64} for n in names},
        "golden": "golden.json",
        "cases": 2,
        "parameters": 217,
        "connections": 192,
        "size_bytes": 5218,
        "tolerance": 1e-5,
        "metrics": {"accuracy": 0.9, "val_accuracy": 0.8, "real_accuracy": 0.7},
        "facts": {"steady": 0.125},
        "expect": {"real_accuracy": "≥ 0.6", "steady": "≤ 0.2"},
        "input": Color().spec(),
        "output": Classes(LABELS).spec(),
        "start": {"text": "#9bb751", "input": [155, 183, 81], "output": [0.1, 0.7, 0.2]},
        "data": {
            "source": "builtin",
            "title": "Names",
            "split": "by name",
            "rows": 873,
            "rows_by_part": {"train": 786, "validation": 87, "real": 400},
            "parts": {"train": "", "validation": "87 held-out names", "real": "26 raters"},
            "measured_on": {"title": "The survey", "licence": "CC0"},
        },
        "limits": "Nine <words> only.",
        "layers": [
            layer("Rescaling", [3], 0, 0),
            layer("Dense", [16], 64, 48, "sigmoid"),
            {**layer("Dropout", [16], 0, 0), "cells": None},
            layer("Dense", [3], 51, 48, "softmax", name="words"),
        ],
        "evaluation": {
            "kind": "classes",
            "part": "real",
            "name": "26 raters",
            "rows": 400,
            "right": 280,
            "accuracy": 0.7,
            "labels": LABELS,
            "confusion": [[90, 10, 0], [0, 190, 10], [0, 0, 0]],
            "per_class": [0.9, 0.95, None],
            "mistakes": [{"truth": "red", "guess": "green", "share": 0.99}],
        },
        "weights": None,
        "details": {"history": DETAIL},
        "training": {"history": HISTORY},
    }
    return model(**fields)


def layer(
    kind: str,
    shape: list[int],
    parameters: int,
    connections: int,
    activation: str = "",
    name: str = "",
) -> dict[str, Any]:
    return {
        "name": name or kind.lower(),
        "kind": kind,
        "activation": activation,
        "shape": shape,
        "parameters": parameters,
        "connections": connections,
        "cells": layout(tuple(shape)).as_dict(),
    }


@pytest.fixture
def site() -> dict[str, Any]:
    inside = dict.fromkeys(("rescaling", "dense", "words"), PICTURE)
    drawing = {
        "unit": "epoch",
        "rows": [{"text": "#ff0000", "paint": "#ff0000"}],
        "activations": {"#9bb751": inside, "#000000": inside},
    }
    return {
        "manifest": manifest({"words": entry()}),
        "answers": {"words": {"#000000": {"input": [0, 0, 0], "output": [1, 0, 0]}}},
        "drawings": {"words": drawing},
    }


def render(site: dict[str, Any], text: str, public: Path = Path()) -> str:
    extension = ModelpressExtension(site=site, public=str(public), page="a.md", root="./")
    return markdown.markdown(text, extensions=[extension])


class Tables(HTMLParser):
    """The rows of each table on a page, as texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._cell = True
        elif tag == "span" and self._cell and ("class", "mp-required") in attrs:
            self.tables[-1][-1][-1] += " | "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.tables[-1][-1][-1] += data


def tables(html: str) -> list[list[list[str]]]:
    return Tables(html).tables


def test_metrics_stand_under_their_part_with_what_is_required(site: dict[str, Any]) -> None:
    html = render(site, "```card words\n```")
    assert [
        ["Metric", "Training | 786 examples", "Validation | 87 held-out names",
         "Real data | 400 examples (26 raters)"],
        ["accuracy", "0.9 | 95%: 0.877 to 0.919", "0.8 | 95%: 0.704 to 0.871",
         "0.7 | 95%: 0.653 to 0.743 | ≥ 0.6"],
    ] in tables(html)  # fmt: skip
    assert [["Figure", "Reached", "Required"], ["steady", "0.125", "≤ 0.2"]] in tables(html)
    assert "(by name)" in html


def test_the_confusion_matrix_says_counts_and_shares(site: dict[str, Any]) -> None:
    html = render(site, "```card words\n```")
    assert [
        ["", "red", "green", "blue", "right"],
        ["red", "90", "10", "·", "90%"],
        ["green", "·", "190", "10", "95%"],
        ["blue", "·", "·", "·", "–"],
    ] in tables(html)
    assert 'class="mp-miss" style="--mp-heat:0.100">10</td>' in html
    assert (
        "Right for 280 of 400 examples (26 raters), of the real data set, which it never saw"
        in html
    )
    assert re.search(r"#ff0000: <b>red</b>, taken for <b>green</b>", html)
    assert "background:#ff0000" in html


def test_every_chart_has_a_table_and_what_is_read_off(site: dict[str, Any]) -> None:
    html = render(site, "```card words\n```")
    table = next(t for t in tables(html) if t[0] == ["Epoch", "train", "validation"])
    assert table[1:] == [["1", "3", "3.1"], ["2", "2", "2.4"], ["3", "1.5", "2"]]
    assert "Epoch 3: train 1.5, validation 2" in html
    found = re.search(r"mp-chart-data.[^>]* value='(.*?)'>", html)
    assert found
    read = json.loads(found[1])
    assert read["series"][1] == {"name": "validation", "key": "val_loss"}
    assert read["file"] == site["manifest"]["models"]["words"]["files"]["details/history-0.json"]


def test_limits_data_and_downloads(site: dict[str, Any]) -> None:
    html = render(site, "```card words\n```")
    assert "Nine &lt;words&gt; only." in html
    assert ["Connections", "192"] in tables(html)[0]
    assert ["Measured on", "The survey, CC0"] in tables(html)[0]
    assert f'href="./{BASE}model.keras" download' in html
    assert 'href="./models/words/card.json" download' in html


def test_the_largest_errors_of_a_number(site: dict[str, Any]) -> None:
    words = site["manifest"]["models"]["words"]
    words["evaluation"] = {
        "kind": "values", "part": "validation", "name": "", "rows": 50, "rmse": 0.25,
        "mean_absolute_error": 0.2, "largest_error": 1.5,
        "misses": [{"truth": [1.0], "answer": [-0.5]}],
    }  # fmt: skip
    site["drawings"]["words"]["rows"] = [{"text": "0.3", "paint": None}]
    html = render(site, "```card words\n```")
    assert [["Given", "Right", "Answered"], ["0.3", "1", "−0.5"]] in tables(html)
    assert "On 50 examples, held out of the training: root mean square error 0.25" in html


def test_the_diagram_shows_each_layer_and_its_values(site: dict[str, Any]) -> None:
    html = render(site, "```model words\n```\n\n```layers words\n```")
    assert [
        ["Layer", "Kind", "Gives", "Parameters", "Connections"],
        ["rescaling", "Rescaling", "3", "0", "0"],
        ["dense", "Dense, sigmoid", "16", "64", "48"],
        ["dropout", "Dropout", "16", "0", "0"],
        ["words", "Dense, softmax", "3", "51", "48"],
        ["all", "", "", "217", "192"],
    ] in tables(html)
    assert html.count('<li class="mp-layer" data-layer=') == 3
    assert "−0.25 to 3.21; 5 of 16 above zero" in html
    assert "16 values · 64 parameters · 48 connections" in html
    assert "#9bb751 is green, 70%; next blue" in html
    assert "Figure 2." in html
    assert 'data-labels="[&quot;red&quot;,&quot;green&quot;,&quot;blue&quot;]"' in html


def test_the_diagram_starts_where_the_pages_figure_does(site: dict[str, Any]) -> None:
    html = render(site, '```model words\nstart: "#000"\n```\n\n```layers words\n```')
    diagram = html[html.index("<modelpress-layers") :]
    assert "#000000 is red, 100%" in diagram
    del site["drawings"]["words"]["activations"]["#000000"]
    with pytest.raises(PageError, match=r"a\.md:5: The layers of `words` have not been drawn"):
        render(site, '```model words\nstart: "#000"\n```\n\n```layers words\n```')


def test_the_first_weights_lie_in_tiles(site: dict[str, Any]) -> None:
    words = site["manifest"]["models"]["words"]
    words["files"]["weights.png"] = {"url": BASE + "weights.png", "size_bytes": 9, "sha256": "0"}
    words["weights"] = {
        "layer": "dense", "file": "weights.png", "count": 512,
        "cells": layout((28, 28, 512)).as_dict(), "largest": [0.25] * 64,
    }  # fmt: skip
    html = render(site, "```layers words\n```")
    assert "the first 64 of 512 neurons of <code>dense</code>" in html
    assert f'src="./{BASE}weights.png" width="231" height="231"' in html
    assert 'min="1" max="64"' in html
    assert "Neuron 1: the largest weight is 0.25" in html
    assert f'<img class="mp-portrait mp-portrait-weights" src="./{BASE}weights.png"' in render(
        site, "```models\n```"
    )


def test_a_portrait_is_the_models_own_map_or_curve(site: dict[str, Any]) -> None:
    words = site["manifest"]["models"]["words"]
    points, surface = Points((0, 1), (0, 1)), Map(0, 1, cells=4)
    words |= {"input": points.spec(), "output": surface.spec()}
    site["sweeps"] = {"words": [[float(x > y)] for x, y in surface.sweep(points)]}
    html = render(site, "```models\n```")
    found = re.search(r'<image href="data:image/png;base64,([^"]+)" width="320"', html)
    assert found
    painted = np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGBA"))
    # x from left to right, y upwards: orange (1) below the diagonal, blue (0) on it and above.
    below = np.arange(4)[None, :] > np.arange(3, -1, -1)[:, None]
    assert np.array_equal(painted[..., 0] > painted[..., 2], below)
    number, curve = NumberInput(-1, 1), Curve()
    words |= {"input": number.spec(), "output": curve.spec()}
    xs = curve.sweep(number)[:, 0]
    site["sweeps"] = {"words": [[float(x) ** 2] for x in xs]}
    html = render(site, "```models\n```")
    found = re.search(r'class="mp-line" d="M([^"]+)"', html)
    assert found
    line = np.array([pair.split() for pair in found[1].split("L")], float)
    assert line[:, 0] == pytest.approx(16 + (xs + 1) / 2 * 288, abs=0.06)
    low = (xs**2).min()
    assert line[:, 1] == pytest.approx(164 - (xs**2 - low) / (1 - low) * 148, abs=0.06)


def test_how_near_its_training_came_to_pythons(site: dict[str, Any]) -> None:
    words = site["manifest"]["models"]["words"]
    words["parity"]["training"] = [
        {
            "backend": "wasm", "optimizer": "adam", "steps": 125, "max_loss_diff": 2.1e-7,
            "max_weight_diff": 0.0, "tolerance": 1e-4, "passed": True, "reason": "",
        }
    ]  # fmt: skip
    html = render(site, "```card words\n```")
    assert ["WASM", "Adam", "125", "3e-7", "0", "equal"] in [r for t in tables(html) for r in t]
    words["parity"]["training"] = []
    assert "Trained again" not in render(site, "```card words\n```")


def test_how_near_its_answers_with_kept_weights_came_to_pythons(site: dict[str, Any]) -> None:
    words = site["manifest"]["models"]["words"]
    kept = {"epochs": 11, "backend": "cpu", "max_diff": 2.1e-7, "passed": True, "reason": ""}
    words["parity"]["epochs"] = kept
    html = render(site, "```card words\n```")
    assert "of 11 checkpoints, its predictions equal Python’s within 3e-7" in html
    kept["passed"] = False
    assert "were refused" in render(site, "```card words\n```")
    del words["parity"]["epochs"]
    assert "checkpoints, its" not in render(site, "```card words\n```")


def test_what_the_exact_engine_predicts(site: dict[str, Any]) -> None:
    words = site["manifest"]["models"]["words"]
    words["exact"] = {"covered": True, "digest": "0" * 64, "max_diff": 3.6e-7, "bound": 1e-5}
    html = render(site, "```card words\nonly: parity\n```")
    assert "predictions have not been compared in a browser. Keras differs from them 4" in html
    words["parity"]["exact"] = {"bitwise": True, "cases": 1234, "passed": True, "reason": ""}
    html = render(site, "```card words\nonly: parity\n```")
    assert "predictions equal Python’s to the last bit in all 1234 golden cases" in html
    figure = render(site, "```model words\n```")
    assert 'value="exact"' in figure
    assert "is the same here as in NumPy" in figure.replace("\n", " ")
    words["exact"] = {"covered": False, "reason": "it lacks Bucketize", "missing": ["Bucketize"]}
    html = render(site, "```card words\nonly: parity\n```")
    assert "The exact engine does not compute this model: it lacks Bucketize." in html
    figure = render(site, "```model words\n```")
    assert 'value="exact"' not in figure
    assert "does not compute this model: it lacks Bucketize." in figure


def test_the_authors_words_and_the_intervals_of_accuracies(site: dict[str, Any]) -> None:
    entry = site["manifest"]["models"]["words"]
    entry |= {"intended": "Pupils <&>", "licence": "CC BY 4.0", "date": "2026-11"}
    html = render(site, "```card words\n```")
    assert "Pupils &lt;&amp;&gt;" in html
    assert "CC BY 4.0" in html
    assert "2026-11" in html
    # 0.8 of 87 colours.
    assert "95%: 0.704 to 0.871" in html
    assert "280 of 400" in unescape(html)
    assert "from 65% to 74%" in html


def test_a_card_says_why_a_held_out_accuracy_may_be_higher(site: dict[str, Any]) -> None:
    words = "may lie above that of the training set"
    assert words not in render(site, "```card words\n```")
    site["manifest"]["models"]["words"]["metrics"]["val_accuracy"] = 0.95
    assert words in render(site, "```card words\n```")
