"""`Model` refuses what can't work, naming the field."""

from typing import Any

import pytest

from modelpress import AtLeast, AtMost, Model, Near
from modelpress.core.errors import ModelpressError
from modelpress.inputs.color import Color
from modelpress.outputs.classes import Classes
from modelpress.outputs.number import Number as Answer


def fields(**changed: Any) -> dict[str, Any]:
    return {
        "title": "Colours",
        "input": Color(),
        "output": Classes(["a", "b"]),
        "expect": {"accuracy": 0.5},
        "data": lambda: None,
        "build": lambda: None,
        "compile": {"loss": "mse"},
        "fit": {"epochs": 1},
        **changed,
    }


def test_a_complete_model_is_taken() -> None:
    model = Model(**fields())
    assert model.allowed_difference() == 1e-5
    assert model.expectations("builtin") == {"accuracy": AtLeast(0.5)}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": 3}, "title"),
        ({"summary": None}, "summary"),
        ({"start": 3}, "start"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ({"input": Color}, "input"),
        ({"output": "classes"}, "output"),
        ({"build": 3}, "build"),
        ({"facts": {}}, "facts"),
        ({"fit": 3}, "fit"),
        ({"fit": {}}, "fit"),
        ({"fit": {"epochs": 0}}, "fit"),
        ({"fit": {"epochs": 1, "verbose": 1}}, "fit"),
        ({"fit": {"epochs": {"builtin": 0}}}, "fit"),
        ({"fit": {"epochs": {"builtn": 1}}}, r"fit\['epochs'\]"),
        ({"fit": {"epochs": 1, "batch_size": {"bultin": 1}}}, r"fit\['batch_size'\]"),
        ({"augment": 3}, "augment"),
        ({"train": lambda run: None, "compile": None, "fit": {}, "augment": abs}, "augment"),
        ({"limits": 3}, "limits"),
        ({"intended": 3}, "intended"),
        ({"licence": None}, "licence"),
        ({"date": "30.11.2026"}, "date"),
        ({"date": "2026-13"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"compile": 3}, "compile"),
        ({"compile": None}, "compile"),
        ({"data": 3}, "data"),
        ({"data": None}, "data"),
        ({"build": None}, "build"),
        ({"train": lambda run: None}, "compile"),
        ({"expect": {}}, "expect"),
        ({"expect": {"accuracy": "high"}}, r"expect\['accuracy'\]"),
        ({"expect": {"accuracy": {"bultin": 0.5}}}, r"expect\['accuracy'\]"),
        ({"expect": {5: 1}}, r"expect\[5\]"),
        ({"tolerance": 0}, "tolerance"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"tolerance": 1e-3}, "tolerance_reason"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ModelpressError, match=f"field `{field}`") as caught:
        Model(**fields(**changed))
    assert caught.value.found
    assert caught.value.expected


def test_a_larger_tolerance_needs_its_reason() -> None:
    model = Model(**fields(tolerance=1e-3, tolerance_reason="sine in software WebGL"))
    assert model.allowed_difference() == 1e-3


def test_a_misspelt_source_gets_the_nearest() -> None:
    with pytest.raises(ModelpressError, match="Did you mean `builtin`"):
        Model(**fields(expect={"accuracy": {"bultin": 0.5}}))


def test_expectations_may_depend_on_the_data() -> None:
    model = Model(**fields(expect={"accuracy": {"local": 0.7, "builtin": AtMost(0.2)}, "loss": 1}))
    assert model.expectations("local") == {"accuracy": AtLeast(0.7), "loss": AtLeast(1)}
    assert model.expectations("builtin") == {"accuracy": AtMost(0.2), "loss": AtLeast(1)}
    assert model.expectations("author") == {"loss": AtLeast(1)}


def test_fit_may_depend_on_the_data() -> None:
    weights = {0: 1.0, 1: 2.0}
    fit = {"epochs": {"local": 9, "builtin": 3}, "batch_size": {"local": 64}}
    model = Model(**fields(fit={**fit, "class_weight": weights}))
    assert model.fit_keywords("local") == {
        "epochs": 9,
        "batch_size": 64,
        "class_weight": weights,
    }
    assert model.fit_keywords("builtin") == {"epochs": 3, "class_weight": weights}
    with pytest.raises(ModelpressError, match="field `fit`"):
        model.fit_keywords("download")


def test_compile_is_given_the_steps_where_it_asks() -> None:
    assert Model(**fields()).compile_keywords(7) == {"loss": "mse"}
    assert Model(**fields(compile=lambda: {"loss": "mae"})).compile_keywords(7) == {"loss": "mae"}
    model = Model(**fields(compile=lambda steps: {"loss": "mse", "optimizer": steps}))
    assert model.compile_keywords(7)["optimizer"] == 7


def test_kinds_may_be_left_to_the_shapes() -> None:
    model = Model(**fields(input=None, output=None))
    assert (model.input, model.output) == (None, None)
    assert Model(**fields(output=Answer())).allowed_difference() is None
    assert Model(**fields(output=None, tolerance=1e-3)).allowed_difference() == 1e-3


@pytest.mark.parametrize(
    ("bound", "met", "missed", "text"),
    [
        (AtLeast(0.7), 0.7, 0.69, "≥ 0.7"),
        (AtMost(1e-12), 1e-12, 1e-11, "≤ 1e-12"),
        (Near(3.836e-6, 5e-10), 3.8362e-6, 3.837e-6, "3.836e-6 ± 5e-10"),
        (Near(-0.99946, 5e-6), -0.999464, -0.9995, "−0.99946 ± 5e-6"),
        (Near(20.25, 0), 20.25, 20.26, "20.25"),
    ],
)
def test_bounds(bound: Any, met: float, missed: float, text: str) -> None:
    assert bound.met_by(met)
    assert not bound.met_by(missed)
    assert not bound.met_by(float("nan"))
    assert str(bound) == text
