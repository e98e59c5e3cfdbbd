"""The `tape` fence, and the arithmetic behind it against TensorFlow's own GradientTape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import markdown
import numpy as np
import pytest

from modelpress.core.errors import PageError
from modelpress.site.markdown import ModelpressExtension
from tests.entries import FILE, manifest, model
from tests.entries import live as live_run
from tests.training_twin import training_twin

RUN = """
  const turns = [];
  let weights = each.weights;
  for (let step = 0; step < each.steps; step += 1) {
    const made = twin.takeStep(each, weights, each.rate, each.single);
    turns.push(made);
    weights = made.next;
  }
  return { turns, shrinking: twin.shrinkFactor(each, each.weights, each.rate),
           best: twin.bestWeight(each), lossAt: twin.lossAt(each, each.weights[0]) };
"""


def run(folder: Path, *cases: dict[str, Any]) -> list[Any]:
    return training_twin(
        "session/tape", RUN, [{"single": False, "steps": 1, **case} for case in cases], folder
    )


def test_the_negators_published_figures(tmp_path: Path) -> None:
    """`curriculum.md` A: input 3, target −3, first weight 0.5, rate 0.01, 40 iterations."""
    negator = {"x": [3], "y": [-3], "weights": [0.5], "rate": 0.01}
    double, single, edge = run(
        tmp_path,
        {**negator, "steps": 40},
        {**negator, "steps": 1000, "single": True},
        {**negator, "rate": 1 / 9, "steps": 3},
    )
    turns = double["turns"]
    assert turns[0]["loss"] == 20.25
    assert turns[0]["next"][0] == pytest.approx(0.23, abs=1e-12)
    assert turns[1]["loss"] == pytest.approx(13.6161, abs=1e-9)
    assert turns[20]["loss"] == pytest.approx(0.00723, abs=5e-6)
    assert turns[39]["loss"] == pytest.approx(3.836e-6, abs=5e-10)
    assert turns[39]["next"][0] == pytest.approx(-0.99946, abs=5e-6)
    assert double["shrinking"] == pytest.approx(0.82, abs=1e-12)
    assert double["best"] == -1
    # float32 stops it: one step like any other of those after it.
    last = single["turns"][-1]
    assert last["weights"] == last["next"] != [-1]
    # At 1/9 it neither comes nearer nor goes farther.
    assert abs(edge["shrinking"]) == pytest.approx(1)
    assert [abs(t["next"][0] + 1) for t in edge["turns"]] == pytest.approx([1.5] * 3)


@pytest.mark.parametrize(
    ("weights", "loss"), [([-1, 5], 2.5), ([-1, 4], 4.5), ([0, 4], 1.0), ([2, 1], 0.0)]
)
def test_the_lines_published_errors(weights: list[float], loss: float, tmp_path: Path) -> None:
    """`curriculum.md` B: the points (1, 3) and (2, 5)."""
    (answer,) = run(tmp_path, {"x": [1, 2], "y": [3, 5], "weights": weights, "rate": 0.1})
    assert answer["turns"][0]["loss"] == loss
    assert answer["shrinking"] is None


def test_it_is_what_a_gradient_tape_says(tmp_path: Path) -> None:
    import tensorflow as tf

    rng = np.random.default_rng(7)
    cases = []
    for i in range(200):
        rows, count = int(rng.integers(1, 5)), 1 + i % 2
        cases.append(
            {
                "x": rng.normal(size=rows).round(3).tolist(),
                "y": rng.normal(size=rows).round(3).tolist(),
                "weights": rng.normal(size=count).tolist(),
                "rate": float(rng.uniform(0.001, 0.3)),
                "single": i % 4 > 1,
            }
        )
    for case, answer in zip(cases, run(tmp_path, *cases), strict=True):
        made = answer["turns"][0]
        dtype = tf.float32 if case["single"] else tf.float64
        x, y, rate = (tf.constant(case[name], dtype) for name in ("x", "y", "rate"))
        weights = [tf.Variable(weight, dtype=dtype) for weight in case["weights"]]
        with tf.GradientTape() as tape:
            predictions = x * weights[0] + (weights[1] if len(weights) > 1 else 0)
            loss = tf.reduce_mean((y - predictions) ** 2)
        gradients = tape.gradient(loss, weights)
        within = 1e-5 if case["single"] else 1e-12
        assert made["predictions"] == pytest.approx(
            predictions.numpy().tolist(), rel=within, abs=within
        )
        assert made["loss"] == pytest.approx(float(loss), rel=within, abs=within)
        assert made["gradients"] == pytest.approx(
            [float(g) for g in gradients], rel=within, abs=within
        )
        moved = [float(w - rate * g) for w, g in zip(weights, gradients, strict=True)]
        assert made["next"] == pytest.approx(moved, rel=within, abs=within)


LIVE: dict[str, Any] = {
    "input_shape": [1],
    "layers": [
        {"kind": "dense", "name": "w", "units": 1, "use_bias": False, "activation": "linear"}
    ],
    "loss": "mse",
    "batch_size": 1,
    "rows": 1,
    "epochs": 40,
    "data": {
        "x": {"offset": 0, "dtype": "float32", "shape": [1, 1]},
        "y": {"offset": 4, "dtype": "float32", "shape": [1, 1]},
    },
    "first": {"offset": 8},
    "recordings": [
        {
            "optimizer": {"name": "sgd", "learning_rate": 0.01},
            "rates": None,
            "steps": 2,
            "losses": {"offset": 12},
        }
    ],
    "author": 0,
    "tolerance": {"cpu": 5e-6, "wasm": 5e-6, "webgl": 5e-6},
    "tolerance_reason": "Losses near 20.",
}
BASE = "models/weight/0123456789ab/"
ADAM = {"name": "adam", "learning_rate": 0.01}


def render(folder: Path, live: dict[str, Any], options: str = "") -> str:
    import json

    place = folder / BASE / "live"
    place.mkdir(parents=True, exist_ok=True)
    (place / "live.json").write_text(json.dumps(live_run(**live)))
    values = np.array([3, -3, 0.5, 20.25, 13.6161], "<f4")
    (place / "live.bin").write_bytes(values.tobytes())
    fields = {
        "title": "Weight",
        "base": BASE,
        "files": {
            f"live/live.{end}": FILE | {"url": f"{BASE}live/live.{end}"} for end in ("json", "bin")
        },
        "golden": "g",
        "live": {"url": "live/live.json", "bin": "live/live.bin", "rows": 1, "steps": 2},
    }
    site = {"manifest": manifest({"weight": model(**fields)}), "bundle": {}}
    extension = ModelpressExtension(site=site, public=str(folder), page="a.md", root="./")
    return markdown.markdown(f"```tape weight\n{options}```\n", extensions=[extension])


def test_it_is_complete_without_scripts(tmp_path: Path) -> None:
    html = render(tmp_path, LIVE)
    text = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    for words in ("Forward", "Loss", "Gradient", "Update", "ŷ = x · w", "20.3", "13.6"):
        assert words in text
    assert "Each step multiplies what is missing by 0.82." in text
    assert "gradient descent on 3 → −3" in text
    assert "A difference above 5e-6 is a fault. Losses near 20." in text
    assert text.count("disabled") == text.count("<button") + text.count("<input")


def test_the_weights_have_the_authors_names(tmp_path: Path) -> None:
    assert "ŷ = x · slope" in render(tmp_path, LIVE, "names: slope\n")
    for names in ("m, b", "x", "rate", "1st"):
        with pytest.raises(PageError, match=r"names.*is '"):
            render(tmp_path, LIVE, f"names: {names}\n")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"loss": "mae"}, "its loss is mae"),
        ({"rows": 5}, "it learns from 5 rows"),
        ({"batch_size": 0}, "batches are not whole"),
        ({"layers": [LIVE["layers"][0], LIVE["layers"][0]]}, "not one neuron"),
        ({"layers": [{**LIVE["layers"][0], "activation": "tanh"}]}, "without an activation"),
        ({"recordings": [{**LIVE["recordings"][0], "optimizer": ADAM}]}, "no plain"),
    ],
)
def test_what_is_no_line_is_told(change: dict[str, Any], reason: str, tmp_path: Path) -> None:
    with pytest.raises(PageError, match=reason) as caught:
        render(tmp_path, {**LIVE, **change})
    assert caught.value.where == "a.md:1"
    assert "train weight" in str(caught.value.next_step)
