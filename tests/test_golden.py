"""Golden cases: Python's predictions, exact in text, with the pages' starting inputs among them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import AtMost, Model
from modelpress.conversion.golden import _tolerance, golden
from modelpress.core.errors import ModelpressError, PageError
from modelpress.data import Data, Split
from modelpress.inputs.number import Number
from modelpress.outputs.classes import Classes
from modelpress.outputs.curve import Curve
from modelpress.outputs.map import Map
from modelpress.outputs.number import Number as Answer
from modelpress.training.saving import save
from modelpress.training.shapes import measured


@pytest.fixture
def keras_file(tmp_path: Path) -> Path:
    keras.utils.set_random_seed(1)
    net = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(3, "tanh"), keras.layers.Dense(1)]
    )
    save(net, tmp_path / "model.keras")
    return tmp_path / "model.keras"


def model(**changed: Any) -> Model:
    return Model(
        **{
            "title": "Curve",
            "input": Number(-1, 1),
            "output": Answer(),
            "train": lambda run: None,
            "tolerance": 1e-5,
            "expect": {"loss": AtMost(10)},
            **changed,
        }
    )


def run(
    made: Model, keras_file: Path, starts: dict[str, str] | None = None
) -> Callable[[str], Any]:
    golden("curve", made, keras_file, starts or {}, keras_file.parent)
    return lambda name: json.loads((keras_file.parent / f"{name}.json").read_bytes())


def test_cases_are_kerass_own_answers(keras_file: Path) -> None:
    cases = run(model(golden=[[0.123]]), keras_file)("golden")
    assert cases["cases"] == len(cases["inputs"]) == len(cases["groups"]) >= 64
    assert {"start", "zero", "maximum", "corner", "edge", "ordinary", "random", "author"} == set(
        cases["groups"]
    )
    inputs = np.array(cases["inputs"], np.float32)
    assert np.float32(0.123) in inputs
    answers = keras.models.load_model(keras_file).predict(inputs, batch_size=999, verbose=0)
    assert np.array_equal(np.array(cases["outputs"], np.float32), answers)
    assert (cases["input_shape"], cases["output_shape"]) == ([1], [1])


def test_the_same_model_gives_the_same_bytes(keras_file: Path) -> None:
    texts = []
    for _ in range(2):
        run(model(), keras_file)
        texts.append((keras_file.parent / "golden.json").read_bytes())
    assert texts[0] == texts[1]
    run(model(seed=2), keras_file)
    assert (keras_file.parent / "golden.json").read_bytes() != texts[0]


def test_starts_of_the_pages_are_answered(keras_file: Path) -> None:
    read = run(model(start="0.5"), keras_file, {"-0.25": "docs/a.md:3", "0.5": "docs/b.md:1"})
    assert read("golden")["groups"].count("start") == 2
    assert set(read("answers")) == {"-0.25", "0.5"}
    assert read("answers")["-0.25"]["input"] == [-0.25]
    spec = read("spec")
    assert spec["start"] == {"text": "0.5", **read("answers")["0.5"]}
    assert spec["tolerance"] == 1e-5
    assert (spec["input"]["kind"], spec["output"]["kind"]) == ("number", "number")


def test_a_start_that_cannot_be_read_names_its_page(keras_file: Path) -> None:
    with pytest.raises(PageError, match=r"docs/a\.md:3") as caught:
        run(model(), keras_file, {"7": "docs/a.md:3"})
    assert "'7'" in caught.value.found
    with pytest.raises(ModelpressError, match="field `start`"):
        run(model(start="seven"), keras_file)


def test_an_input_of_the_wrong_shape(keras_file: Path) -> None:
    with pytest.raises(ModelpressError, match="field `golden`, item 1"):
        run(model(golden=[[1.0], [1.0, 2.0]]), keras_file)


def test_an_answer_that_is_no_number(tmp_path: Path) -> None:
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    net.set_weights([np.array([[np.inf]], np.float32)])
    save(net, tmp_path / "model.keras")
    with pytest.raises(ModelpressError, match="not a finite number"):
        run(model(), tmp_path / "model.keras")


def test_the_answers_to_an_outputs_sweep_are_kerass_own(keras_file: Path) -> None:
    curve = Curve()
    swept = run(model(output=curve), keras_file)("sweep")
    net = keras.models.load_model(keras_file)
    answers = net.predict(curve.sweep(Number(-1, 1)), batch_size=999, verbose=0)
    assert np.array_equal(np.array(swept, np.float32), answers)
    assert run(model(), keras_file)("sweep") == []


def test_an_output_that_cannot_show_the_input(keras_file: Path) -> None:
    with pytest.raises(ModelpressError, match="don't fit together"):
        run(model(output=Map()), keras_file)


def test_a_model_without_kinds_takes_those_that_fit(keras_file: Path) -> None:
    net = keras.models.load_model(keras_file)
    rows = Data(train=Split(np.array([[-2], [3]]), np.zeros((2, 1))))
    made = model(input=None, output=None, tolerance=None)
    golden("curve", made, keras_file, {}, keras_file.parent, measured(net, rows))
    spec = json.loads((keras_file.parent / "spec.json").read_bytes())
    assert (spec["input"]["kind"], spec["input"]["min"], spec["input"]["max"]) == ("number", -2, 3)
    assert spec["output"]["kind"] == "number"
    assert spec["tolerance"] == 1e-5  # its answers are smaller than one
    assert spec["tolerance_reason"].startswith("1e-05 of the largest golden prediction, ")
    with pytest.raises(ModelpressError, match="field `input`"):
        run(made, keras_file)  # nothing was measured: there was no data


@pytest.mark.parametrize(
    ("fields", "law", "wanted"),
    [
        ({"tolerance": None, "output": Classes(["a", "b"])}, 2e-6, (2e-6, "law")),
        ({"tolerance": 1e-6}, 2e-6, (1e-6, "author")),  # stricter
        ({"tolerance": 1e-3}, 2e-6, (2e-6, "law")),  # nobody says why more is allowed
        ({"tolerance": 1e-3, "tolerance_reason": "A sine."}, 2e-6, (1e-3, "author")),
        ({"tolerance": 1e-3}, None, (1e-3, "author")),
        ({"tolerance": None, "output": Classes(["a", "b"])}, None, (1e-5, "kind")),
        ({"tolerance": None, "output": None}, None, (3e-5, "size")),
    ],
)
def test_who_sets_the_tolerance(
    fields: dict[str, Any], law: float | None, wanted: tuple[float, str]
) -> None:
    outputs = np.array([[3.0], [-1.0]], np.float32)
    tolerance, by, reason = _tolerance(model(**fields), outputs, law)
    assert (tolerance, by) == wanted
    assert reason or by in ("author", "kind")


def test_what_is_measured() -> None:
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    rows = Data(train=Split(np.array([[0, 5], [1, 2]]), np.zeros((2, 3))))
    assert measured(net, rows) == {"input": [2], "output": [3], "min": [0, 2], "max": [1, 5]}
    assert measured(net, None) == {"input": [2], "output": [3]}
    net = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(1)])
    pictures = Data(train=Split(np.arange(32, dtype=np.uint8).reshape(2, 4, 4), np.zeros((2, 1))))
    assert measured(net, pictures)["max"] == [31]
