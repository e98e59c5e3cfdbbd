"""`modelpress.load` gives the trained Keras model's answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import modelpress
from modelpress.artefacts.load import Loaded
from modelpress.core.errors import ModelpressError
from modelpress.exact.network import digest
from modelpress.schema.exact import Exact
from tests.tiny import built_project, tiny_project


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    project = built_project(tmp_path_factory.mktemp("loaded"))
    return modelpress.load("line", project.config_file)


def test_one_input_and_batches(line: Loaded) -> None:
    one = line.predict([0.5])
    assert one.shape == (1,)
    assert one.dtype == np.float32
    assert np.allclose(line.predict(0.5), one)
    batch = line.predict([[0.5], [-0.5]])
    assert batch.shape == (2, 1)
    assert np.allclose(batch[0], one)
    assert line.spec["title"] == line.entry.title == "Line"
    # What the manifest keeps in a file of its own is there, too.
    assert line.spec["training"]["history"] == line.entry.training.history
    assert len(line.entry.training.history["loss"]) == 4
    assert line.keras.count_params() == 2


def test_the_answers_are_those_of_the_golden_cases(line: Loaded) -> None:
    start = line.spec["start"]
    assert np.allclose(line.predict(start["input"]), start["output"], atol=1e-7)


def test_the_exact_engines_predictions(line: Loaded) -> None:
    exact = line.entry.exact
    assert exact
    assert exact.covered
    assert exact.bound
    golden = json.loads((line._public / line.entry.files["golden.json"].url).read_text())
    inputs = np.array(golden["inputs"], np.float32)
    found = line.exact(inputs)
    assert found.dtype == np.float32
    assert digest(found) == exact.digest
    assert np.abs(found - np.array(golden["outputs"])).max() <= exact.bound
    assert line.exact(0.5).shape == (1,)
    start = line.entry.start
    assert line.exact(start.input).tolist() == np.array(start.output, np.float32).tolist()
    with pytest.raises(ModelpressError, match="can't take this input"):
        line.exact([1.0, 2.0])


def test_a_model_that_the_exact_engine_does_not_cover(line: Loaded) -> None:
    lacking = Exact(covered=False, reason="it lacks Bucketize", missing=["Bucketize"])
    entry = replace(line.entry, exact=lacking)
    other = Loaded("line", entry, line.keras, line._public)
    with pytest.raises(ModelpressError, match="exact engine can't compute") as caught:
        other.exact(0.5)
    assert caught.value.found == "it lacks Bucketize"


@pytest.mark.parametrize(
    "values", [[1.0, 2.0], [[1.0, 2.0]], [], [[[1.0]]], [float("nan")], "three", [None]]
)
def test_what_it_cannot_take(line: Loaded, values: Any) -> None:
    with pytest.raises(ModelpressError, match="can't take this input") as caught:
        line.predict(values)
    assert "(1,)" in caught.value.expected


def test_an_unknown_model(tmp_path: Path) -> None:
    project = built_project(tmp_path)
    with pytest.raises(ModelpressError, match="Did you mean `line`"):
        modelpress.load("lines", project.config_file)


def test_nothing_built_yet(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    with pytest.raises(ModelpressError, match="nothing was built yet"):
        modelpress.load("line", project.config_file)
