"""The step that makes a failure: what it finds against Keras' own training, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import AtLeast, AtMost, Failure, Training
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.data import Data, DataRequest, Split, load
from modelpress.recording.fail import fail
from modelpress.recording.replay import LiveFiles
from modelpress.schema.document import plain
from modelpress.training.fit import order

X = np.array([[1], [2], [3], [4], [5], [6]], np.float32)
HELD = np.array([[7], [8], [9]], np.float32)
STEPS = 20


def network(**settings: Any) -> Any:
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, **settings)])


def rate(value: float) -> Callable[[], dict[str, Any]]:
    return lambda: {"optimizer": keras.optimizers.SGD(value), "loss": "mse"}


LEAP = Failure(
    title="The leap",
    wrong=Training(
        data=lambda: Data(Split(X, -X), Split(HELD, -HELD), split="six rows"),
        build=network,
        compile=rate(0.1),
        fit={"epochs": 10, "batch_size": 4},
    ),
    repaired=Training(compile=rate(0.01)),
    repair="Take smaller steps",
    measure="loss",
    measured="loss after the last step",
    fails=AtLeast(10),
    curve="val_loss",
    seed=2,
    seeds=4,
    examples={"two": ([2], [-2])},
    scale=10,
    tolerance=1e9,
    tolerance_reason="it grows",
)


def made(failure: Failure, out: Path) -> dict[str, Any]:
    out.mkdir()
    fail(failure, lambda source: load(source, DataRequest(), out, print), out, lambda text: None)
    entry: dict[str, Any] = json.loads((out / "exhibit.json").read_text())
    return entry


def weight_by_keras(learning_rate: float, seed: int) -> tuple[list[float], float]:
    """The weight after each epoch, and the loss of the last batch."""
    keras.utils.set_random_seed(seed)
    net = network()
    net.compile(keras.optimizers.SGD(learning_rate), "mse", jit_compile=False)
    weights = [net.get_weights()[0].item()]
    for epoch in range(10):
        dealt = order(seed, epoch, len(X))
        for rows in (dealt[:4], dealt[4:]):
            loss = net.train_on_batch(X[rows], -X[rows])
        weights.append(net.get_weights()[0].item())
    return weights, float(loss)


def test_both_trainings_are_keras_own(tmp_path: Path) -> None:
    entry = made(LEAP, tmp_path / "leap")
    for name, learning_rate in (("wrong", 0.1), ("repaired", 0.01)):
        course = entry[name]
        weights, loss = weight_by_keras(learning_rate, seed=2)
        assert course["steps"] == STEPS
        assert course["figure"] == pytest.approx(loss, rel=1e-6)
        assert course["last_loss"] == pytest.approx(loss, rel=1e-6)
        # The curve: after the first step and after each epoch, over the rows kept back.
        assert [step for step, _ in course["points"]] == [1, *range(2, STEPS + 1, 2)]
        for (_, value), weight in zip(course["points"][1:], weights[1:], strict=True):
            assert value == pytest.approx(np.mean((HELD * weight + HELD) ** 2), rel=1e-5)
        assert course["answers"] == [[pytest.approx(20 * weights[-1], rel=1e-6)]]
        assert (course["split"], course["rows"], course["validation_rows"]) == ("six rows", 6, 3)
        # From other seeds.
        by_keras = [weight_by_keras(learning_rate, seed)[1] for seed in range(4)]
        assert course["figures"] == pytest.approx(by_keras, rel=1e-3)
        assert course["often"] == sum(loss >= 10 for loss in by_keras)
    assert entry["repaired"]["often"] == 0 < entry["wrong"]["often"]
    assert entry["wrong"]["low"] == min(entry["wrong"]["figures"])
    assert entry["examples"] == [{"name": "two", "input": [2], "right": [-20]}]
    files = LiveFiles(tmp_path / "leap/wrong/live.json", tmp_path / "leap/wrong/live.bin")
    assert len(plain(files.spec)["recordings"]) == 1
    assert plain(files.spec)["recordings"][0]["steps"] == STEPS
    assert plain(files.spec)["tolerance"]["cpu"] == 1e9


@pytest.mark.slow
def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name in "ab":
        made(replace(LEAP, curve="loss"), tmp_path / name)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        found.append([path.read_bytes() for path in files])
    assert len(found[0]) == 5
    assert found[0] == found[1]


def test_a_measure_of_the_authors_own_is_given_network_and_rows(tmp_path: Path) -> None:
    def weight(net: Any, data: Data) -> float:
        assert np.array_equal(data.train.x, X)
        return float(net.get_weights()[0].item())

    failure = replace(
        LEAP, measure=weight, fails=AtMost(-2), repaired=Training(build=repaired), curve="loss"
    )
    entry = made(failure, tmp_path / "own")
    assert entry["repaired"]["figure"] == -1
    assert entry["repaired"]["figures"] == [-1] * 4
    assert entry["repaired"]["points"] == []


def repaired() -> Any:
    return network(kernel_initializer=keras.initializers.Constant(-1))


@pytest.mark.parametrize(
    ("changed", "where", "said"),
    [
        ({"fails": AtMost(-1)}, "field `wrong`", "does not"),
        ({"fails": AtLeast(0)}, "field `repaired`", "fails as well"),
    ],
)
def test_a_failure_that_shows_nothing_is_refused(
    changed: dict[str, Any], where: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelFailure) as caught:
        made(replace(LEAP, curve="loss", **changed), tmp_path / "x")
    assert caught.value.where == where
    assert said in caught.value.what
    assert "at seed 2" in caught.value.found


@pytest.mark.parametrize(
    ("changed", "where", "said"),
    [
        ({"examples": {"two": ([2, 2], [-2])}}, "field `wrong`, field `examples`", "2 values"),
        (
            {"wrong": replace(LEAP.wrong, data=lambda: (X, -X))},
            "field `wrong`, field `curve`: val_loss",
            "",
        ),
        (
            {"wrong": replace(LEAP.wrong, build=lambda: network(activation="gelu"))},
            "field `wrong`, field `live`",
            "gelu",
        ),
    ],
)
def test_what_cannot_be_shown_is_named(
    changed: dict[str, Any], where: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelpressError) as caught:
        made(replace(LEAP, **changed), tmp_path / "x")
    assert caught.value.where == where
    assert said in caught.value.found
