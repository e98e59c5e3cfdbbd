"""What is measured along a recorded run, against Keras' own metrics and `evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import Live
from modelpress.core.errors import ModelpressError
from modelpress.data import Data, Split
from modelpress.recording.record_curves import validation_steps
from modelpress.recording.record_runs import Batches
from modelpress.schema.document import plain
from tests.test_record import COLORS, LABELS, ROWS, batches, classifier, model, recorded

STEPS = 12
FURTHER = Split(255 - COLORS, LABELS[::-1])
PROBES = (COLORS[:2] / 2, LABELS[:2])


def values(files: Any, block: dict[str, Any], count: int) -> Any:
    return files.floats(block["offset"], count)


@pytest.mark.slow
def test_every_batch_and_the_validation_rows_are_measured_as_by_keras(tmp_path: Path) -> None:
    own = model(
        Live(replay=STEPS, probe=lambda: PROBES), data=lambda: Data(Split(COLORS, LABELS), FURTHER)
    )
    files = recorded(own, tmp_path)
    at, recording = plain(files.spec)["validation_steps"], plain(files.spec)["recordings"][0]
    assert at == list(range(1, STEPS + 1))
    keras.utils.set_random_seed(1)
    net = classifier()
    measured = ["accuracy", keras.metrics.RootMeanSquaredError(name="rmse")]
    net.compile("sgd", "categorical_crossentropy", metrics=measured, jit_compile=False)
    net.optimizer.learning_rate = 0.5
    seen: list[Any] = []
    checked: list[Any] = []
    for step, rows in zip(range(1, STEPS + 1), batches(ROWS, 8, seed=1), strict=False):
        net.reset_metrics()
        seen.append(net.train_on_batch(COLORS[rows], LABELS[rows], return_dict=True))
        if step in at:
            checked.append(net.evaluate(FURTHER.x, FURTHER.y, verbose=0, return_dict=True))
    for name in ("accuracy", "rmse"):
        found = values(files, recording["metrics"][name], STEPS)
        assert np.allclose(found, [figures[name] for figures in seen], atol=1e-6)
        assert len(set(found.tolist())) > 1
    for name in ("loss", "accuracy", "rmse"):
        found = values(files, recording["validation"][name], len(at))
        assert np.allclose(found, [figures[name] for figures in checked], atol=1e-6)
    assert np.array_equal(files.examples("probe_x"), PROBES[0])
    answers = values(files, recording["probe"], 6).reshape(2, 3)
    assert np.allclose(answers, net.predict(PROBES[0], verbose=0), atol=1e-6)


@pytest.mark.parametrize(
    ("rows", "size", "steps", "validating", "expected"),
    [
        (200, 50, 200, 0, []),
        (200, 50, 200, 200, [1, *range(8, 201, 8)]),  # epochs of 4 steps, every other one
        (10_000, 25, 200, 1000, [1, *range(10, 201, 10)]),  # within an epoch of 400
        (786, 32, 125, 87, [1, *range(5, 126, 5)]),  # so that the ends of epochs, 25, are there
        (4000, 32, 125, 4000, [1, 125]),  # measuring takes as long as 32 steps
        (15, 15, 40, 200, [1, *range(4, 41, 4)]),
        (4, 4, 3, 4, [1, 2, 3]),
    ],
)
def test_when_the_validation_rows_are_measured(
    rows: int, size: int, steps: int, validating: int, expected: list[int]
) -> None:
    assert validation_steps(Batches(rows, size, 1, True), steps, validating) == expected


def test_shares_of_a_byte_are_bytes_with_a_divisor(tmp_path: Path) -> None:
    shares = (np.arange(256, dtype=np.float32) / 255).reshape(-1, 4)
    answers = LABELS[np.arange(len(shares)) % ROWS]
    off = shares.copy()
    off[0, 0] = np.nextafter(np.float32(0), np.float32(1))
    files = recorded(
        model(Live(replay=1), data=lambda: Data(Split(shares, answers), Split(off, answers))),
        tmp_path,
    )
    kept = plain(files.spec)["data"]
    assert (kept["x"]["dtype"], kept["x"]["divisor"]) == ("uint8", 255)
    assert kept["y"]["dtype"] == "uint8"
    assert "divisor" not in kept["y"]
    assert kept["validation_x"]["dtype"] == "float32"
    assert np.array_equal(files.examples("x"), shares)
    assert np.array_equal(files.examples("validation_x"), off)


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ((COLORS[:2], LABELS[:3]), "2 inputs and 3 targets"),
        ((np.zeros((49, 4)), np.zeros((49, 3))), "49 examples"),
        (COLORS, "[["),
    ],
)
def test_rows_to_look_at_that_are_none(made: Any, found: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match=r"live\.probe") as caught:
        recorded(model(Live(replay=1, probe=lambda: made)), tmp_path)
    assert found in caught.value.found
    assert "48" in caught.value.expected
