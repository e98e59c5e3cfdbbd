"""Training curves: the line in the drawing is the history, and the drawing is the page's own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest

from tests.twins import twin

Array = npt.NDArray[Any]

DECAY = [float(v) for v in 2 * np.exp(-np.arange(40) / 8) + 0.1]
HISTORY = {"loss": DECAY, "val_loss": [v + 0.2 for v in DECAY], "rate": [1.0] * 40}


FILE = {"url": "x", "size_bytes": 1, "sha256": "0"}
CHART = re.compile(r'<figure class="mp-chart".*?</figure>', re.DOTALL)


def charts(history: dict[str, list[float]], unit: str, folder: Path) -> list[dict[str, Any]]:
    """The charts of a training: what scripts read of each, and its drawing."""
    spec = {"slug": "a", "history": history, "unit": unit, "file": FILE}
    (html,) = twin("figures/charts/curves", "return twin.curvesHtml(each);", [spec], folder)
    found = []
    for chart in CHART.findall(html):
        data = re.search(r"value='(.*?)'>", chart)
        svg = re.search(r"<svg.*?</svg>", chart)
        assert data
        assert svg
        found.append({**json.loads(data[1]), "svg": svg[0], "html": chart})
    return found


def drawn(chart: dict[str, Any], name: str) -> Array:
    """The points of a line, read back through the axes: (step, value)."""
    found = re.search(rf'data-series="{name}"><path d="([^"]*)"', chart["svg"])
    assert found
    pairs = np.array(re.findall(r"[ML] ([\d.]+) ([\d.]+)", found[1]), float)
    left, top, right, bottom = chart["plot"]
    scale = np.log10 if chart["log"] else np.asarray
    (x0, x1), (low, high) = chart["x"], scale(np.array(chart["y"]))
    steps = x0 + (pairs[:, 0] - left) / (right - left) * (x1 - x0)
    values = low + (bottom - pairs[:, 1]) / (bottom - top) * (high - low)
    return np.stack([steps, 10**values if chart["log"] else values], axis=1)


def test_one_chart_a_metric_with_its_validation(tmp_path: Path) -> None:
    made = charts(HISTORY, "epoch", tmp_path)
    assert [(c["metric"], [s["name"] for s in c["series"]]) for c in made] == [
        ("loss", ["train", "validation"]),
        ("rate", ["train"]),
    ]
    assert charts({"loss": [1.0]}, "epoch", tmp_path) == []


def test_the_line_is_the_history(tmp_path: Path) -> None:
    chart = charts(HISTORY, "epoch", tmp_path)[0]
    for name, key in (("train", "loss"), ("validation", "val_loss")):
        points = drawn(chart, name)
        assert points[:, 0] == pytest.approx(np.arange(1, 41), abs=0.01)
        assert points[:, 1] == pytest.approx(HISTORY[key], abs=0.001)


def test_a_wide_range_is_drawn_logarithmically(tmp_path: Path) -> None:
    loss = [20.25 * 0.6**i for i in range(40)]
    chart = charts({"loss": loss}, "step", tmp_path)[0]
    assert chart["log"]
    assert drawn(chart, "train")[:, 1] == pytest.approx(loss, rel=0.005)


def test_a_long_history_keeps_its_peaks(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).normal(size=5000)
    noise[[1234, 4321]] = 9, -9
    chart = charts({"loss": noise.tolist()}, "step", tmp_path)[0]
    points = drawn(chart, "train")
    assert len(points) < 450
    assert (points[:, 1].max(), points[:, 1].min()) == pytest.approx((9, -9), abs=0.05)
    assert points[-1] == pytest.approx([5000, noise[-1]], abs=0.06)
    rows = re.findall(r'<tr><th scope="row">([\d,]+)</th><td>([^<]+)</td></tr>', chart["html"])
    steps = np.array([int(step.replace(",", "")) for step, _ in rows])
    assert (len(rows), steps[0], steps[-1]) == (15, 1, 5000)
    read = [float(value.replace("\u2212", "-")) for _, value in rows]
    assert read == pytest.approx(noise[steps - 1], rel=6e-3)


def test_the_drawing_is_made_of_text_and_tokens(tmp_path: Path) -> None:
    for chart in charts(HISTORY, "epoch", tmp_path):
        svg = chart["svg"]
        texts = [e.text for e in ElementTree.fromstring(svg).iter("text")]
        assert {"1", "40", "epoch"} <= set(texts)
        assert "#" not in re.sub(r"url\(#\w+\)", "", svg)  # no color of its own
        assert "<style" not in svg  # nothing that would reach the rest of the page
        assert re.findall(r"font-family: ([^;]*);", svg) == ["var(--mp-text)"] * len(
            re.findall("font-family", svg)
        )


def test_labels_of_two_lines_do_not_overlap(tmp_path: Path) -> None:
    close = {"loss": [1.0, 0.5], "val_loss": [1.0, 0.501]}
    places = {
        name: float(y)
        for y, name in re.findall(
            r'translate\(269 ([\d.]+)\)">(train|validation)<',
            charts(close, "epoch", tmp_path)[0]["svg"],
        )
    }
    assert abs(places["train"] - places["validation"]) >= 25  # two lines of 12.5 pixels


def test_the_axis_has_two_values_at_least_and_lines_at_them(tmp_path: Path) -> None:
    history = {
        f"{low} {width}": [low, low + width, low + width / 3]
        for low in (-4.03, 0.0, 1e-6, 996.0)
        for width in (1e-3, 0.31, 8.06, 2e5)
    }
    found = charts(history, "step", tmp_path)
    assert len(found) == len(history)
    for chart in found:
        axis = re.findall(r'y="([\d.]+)" text-anchor="end"', chart["svg"])
        assert 2 <= len(axis) <= 5
        lines = re.findall(r"M 46 [\d.]+ H 262", chart["svg"])
        assert len(lines) == len(axis) + 1  # and the lowest
        _, top, _, bottom = chart["plot"]
        assert all(top <= float(y) - 4.5 <= bottom for y in axis)
