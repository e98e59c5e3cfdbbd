"""Training curves: the line in the drawing is the history, and the drawing is the page's own."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest

from modelpress.reporting.curves import charts

Array = npt.NDArray[Any]

DECAY = [float(v) for v in 2 * np.exp(-np.arange(40) / 8) + 0.1]
HISTORY = {"loss": DECAY, "val_loss": [v + 0.2 for v in DECAY], "rate": [1.0] * 40}


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


def test_one_chart_a_metric_with_its_validation() -> None:
    made = charts(HISTORY, "epoch")
    assert [(c["metric"], [s["name"] for s in c["series"]]) for c in made] == [
        ("loss", ["train", "validation"]),
        ("rate", ["train"]),
    ]
    assert charts({"loss": [1.0]}, "epoch") == []


@pytest.mark.parametrize("name", ["train", "validation"])
def test_the_line_is_the_history(name: str) -> None:
    chart = charts(HISTORY, "epoch")[0]
    points = drawn(chart, name)
    wanted = HISTORY["loss" if name == "train" else "val_loss"]
    assert points[:, 0] == pytest.approx(np.arange(1, 41), abs=0.01)
    assert points[:, 1] == pytest.approx(wanted, abs=0.001)


def test_a_wide_range_is_drawn_logarithmically() -> None:
    loss = [20.25 * 0.6**i for i in range(40)]
    chart = charts({"loss": loss}, "step")[0]
    assert chart["log"]
    assert drawn(chart, "train")[:, 1] == pytest.approx(loss, rel=0.005)


def test_a_long_history_keeps_its_peaks() -> None:
    noise = np.random.default_rng(2).normal(size=5000)
    noise[[1234, 4321]] = 9, -9
    chart = charts({"loss": noise.tolist()}, "step")[0]
    points = drawn(chart, "train")
    assert len(points) < 450
    assert (points[:, 1].max(), points[:, 1].min()) == pytest.approx((9, -9), abs=0.05)
    assert points[-1] == pytest.approx([5000, noise[-1]], abs=0.06)
    assert len(chart["steps"]) == 200
    read = chart["series"][0]["values"]
    assert read == pytest.approx(noise[np.array(chart["steps"]) - 1], rel=1e-3)


def test_the_drawing_is_made_of_text_and_tokens() -> None:
    for chart in charts(HISTORY, "epoch"):
        svg = chart["svg"]
        texts = [e.text for e in ElementTree.fromstring(svg).iter("text")]
        assert {"1", "40", "epoch"} <= set(texts)
        assert "#" not in re.sub(r"url\(#\w+\)", "", svg)  # no color of its own
        assert "<style" not in svg  # nothing that would reach the rest of the page
        assert re.findall(r"font-family: ([^;]*);", svg) == ["var(--mp-text)"] * len(
            re.findall("font-family", svg)
        )


def test_labels_of_two_lines_do_not_overlap() -> None:
    close = {"loss": [1.0, 0.5], "val_loss": [1.0, 0.501]}
    places = {
        name: float(y)
        for y, name in re.findall(
            r'translate\(269 ([\d.]+)\)">(train|validation)<', charts(close, "epoch")[0]["svg"]
        )
    }
    assert abs(places["train"] - places["validation"]) >= 25  # two lines of 12.5 pixels


def test_the_same_history_gives_the_same_bytes() -> None:
    assert charts(HISTORY, "epoch") == charts(HISTORY, "epoch")


@pytest.mark.parametrize("low", [-4.03, 0.0, 1e-6, 996.0])
@pytest.mark.parametrize("width", [1e-3, 0.31, 8.06, 2e5])
def test_the_axis_has_two_values_at_least_and_lines_at_them(low: float, width: float) -> None:
    chart = charts({"loss": [low, low + width, low + width / 3]}, "step")[0]
    axis = re.findall(r'y="([\d.]+)" text-anchor="end"', chart["svg"])
    assert 2 <= len(axis) <= 5
    assert len(re.findall(r"M 46 [\d.]+ H 262", chart["svg"])) == len(axis) + 1  # and the lowest
    _, top, _, bottom = chart["plot"]
    assert all(top <= float(y) - 4.5 <= bottom for y in axis)
