"""Rows to look at while a model trains, where they have colours: both sides paint them alike."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from modelpress.inputs import Color
from modelpress.outputs import Swatch
from modelpress.schema.document import read
from modelpress.schema.live import LiveRun
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.training_recorded import Recorded
from modelpress.site.fences.training import shown_examples
from tests.entries import live, model
from tests.twins import twin


def test_each_row_is_a_tile_of_three_colors(tmp_path: Path) -> None:
    rows = {"probe_x": [[244.0, 67, 54]], "probe_y": [[0.5, 1, 0]], "probe": [[0.25, 0.5, 0]]}
    optimizer = {"name": "sgd", "learning_rate": 0.1}
    run = read(LiveRun, live(recordings=[{"steps": 40, "optimizer": optimizer}]))
    entry = read(ModelEntry, model(input=Color().spec(), output=Swatch(max=1).spec()))
    shown = shown_examples(Recorded(run, [], "", rows), entry)
    case = {"probe": rows, "recordings": [{"losses": [0] * 40}], "author": 0}
    body = "return twin.probesHtml(...each);"
    html, none = twin("figures/trainer/probe", body, [[case, shown], [case, []]], tmp_path)
    assert re.findall(r'style="background:(#\w+)"', html) == ["#f44336", "#80ff00", "#408000"]
    assert re.findall(r"<td>(#\w+)</td>", html) == ["#f44336", "#80ff00", "#408000"]
    assert "after step 40: each number is 0.250 off on average." in html
    assert none == ""
    assert shown_examples(Recorded(run, [], "", {}), entry) == []


def test_both_sides_paint_an_answer_alike(tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir()
    answers = np.random.default_rng(1).uniform(-0.2, 1.2, (200, 3)).tolist()
    found = twin("outputs/swatch", "return twin.paint(each, { max: 1 });", answers, tmp_path)
    assert found == [Swatch(max=1).paint(values) for values in answers]
