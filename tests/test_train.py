"""Training: what is recorded, when it stops, and files without anything of the moment in them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import AtMost, Model, Near, Run
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.data import Data, DataRequest, Split, load
from modelpress.inputs.number import Number
from modelpress.outputs.classes import Classes
from modelpress.outputs.number import Number as Answer
from modelpress.training.saving import save
from modelpress.training.train import _describe, train

X = np.linspace(-1, 1, 41, dtype=np.float32)[:, None]


def line(rate: float = 0.1, units: int = 1, **changed: Any) -> Model:
    return Model(
        **{
            "title": "Line",
            "input": Number(-1, 1),
            "output": Answer(),
            "data": lambda: Data(Split(X, 2 * X), Split(X, 2 * X), Split(X, 3 * X)),
            "build": lambda: keras.Sequential([keras.Input((1,)), keras.layers.Dense(units)]),
            "compile": lambda: {"optimizer": keras.optimizers.SGD(rate), "loss": "mse"},
            "fit": {"epochs": 3},
            "tolerance": 1e-5,
            "expect": {"loss": AtMost(10)},
            **changed,
        }
    )


def run(model: Model, out: Path) -> tuple[dict[str, Any], list[Any]]:
    shown: list[Any] = []
    loaded = load(model.data, DataRequest(), out, lambda text: None)
    train(model, loaded, out, lambda *event: shown.append(event))
    return json.loads((out / "training.json").read_bytes()), shown


def test_what_is_recorded(tmp_path: Path) -> None:
    training, shown = run(line(facts=lambda net, history: {"w": net.weights[0]}), tmp_path)
    assert [event[:2] for event in shown] == [(1, 3), (2, 3), (3, 3)]
    assert shown[-1][2]["loss"] == training["history"]["loss"][-1]
    assert set(training["metrics"]) == {"loss", "val_loss", "test_loss"}
    assert training["metrics"]["test_loss"] > training["metrics"]["val_loss"]
    assert training["parameters"] == 2
    assert training["epochs"] == 3
    assert training["optimizer"] == "SGD(learning_rate=0.1)"
    assert training["loss"] == "mse"
    assert training["data"]["rows_by_part"] == {"train": 41, "validation": 41, "test": 41}
    assert np.shape(training["facts"]["w"]) == (1, 1)
    assert training["expect"][0]["met"] is True
    net = keras.models.load_model(tmp_path / "model.keras")
    assert net.count_params() == 2


def test_expectations_are_judged_and_missing_figures_found(tmp_path: Path) -> None:
    model = line(expect={"loss": Near(5, 0.1), "acuracy": 0.5})
    judged = {each["name"]: each for each in run(model, tmp_path)[0]["expect"]}
    assert judged["loss"]["met"] is False
    assert judged["loss"]["found"] > 0
    assert judged["acuracy"]["found"] is None


def test_figures_of_the_real_part_count_where_it_is_there(tmp_path: Path) -> None:
    expect = {"real_loss": AtMost(1e-9), "loss": AtMost(10)}
    judged = run(line(expect=expect), tmp_path)[0]["expect"]
    assert [each["name"] for each in judged] == ["loss"]
    split = Split(X, 2 * X)
    training, _ = run(line(expect=expect, data=lambda: Data(split, real=split)), tmp_path)
    assert [(each["name"], each["met"]) for each in training["expect"]] == [
        ("real_loss", False),
        ("loss", True),
    ]
    assert training["metrics"]["real_loss"] == training["metrics"]["loss"]


def test_keywords_for_this_data_source_and_the_number_of_steps(tmp_path: Path) -> None:
    given = []

    def compile(steps: int) -> dict[str, Any]:
        given.append(steps)
        return {"optimizer": "sgd", "loss": "mse"}

    fit = {"epochs": {"author": 3, "builtin": 1}, "batch_size": {"author": 10, "builtin": 1}}
    training, _ = run(line(compile=compile, fit=fit), tmp_path)
    assert training["epochs"] == 3
    assert given == [3 * 5]  # 41 rows in batches of 10
    with pytest.raises(ModelpressError, match="field `fit`") as caught:
        run(line(fit={"epochs": {"builtin": 1}}), tmp_path)
    assert "'author' too" in caught.value.expected


@pytest.mark.slow
def test_settings_beyond_the_compiled_loop_go_to_keras(tmp_path: Path) -> None:
    fit = {"epochs": 3, "shuffle": False, "validation_freq": 2}
    ours, shown = run(line(), tmp_path)
    theirs, _ = run(line(fit=fit), tmp_path)
    assert len(ours["history"]["val_loss"]) == 3
    assert len(theirs["history"]["val_loss"]) == 1
    assert len(shown) == 3
    with pytest.raises(ModelpressError, match="`augment` doesn't work") as caught:
        run(line(fit=fit, augment=lambda x, rng: x), tmp_path)
    assert caught.value.found == "`validation_freq`"


def test_inputs_are_varied_before_each_epoch(tmp_path: Path) -> None:
    plain, _ = run(line(), tmp_path)
    varied, _ = run(line(augment=lambda x, rng: -x), tmp_path)
    assert varied["metrics"]["val_loss"] > 2 * plain["metrics"]["val_loss"]
    with pytest.raises(ModelpressError, match="could not train") as caught:
        run(line(augment=lambda x, rng: x[1:]), tmp_path)
    assert "augment gave (40, 1)" in caught.value.found


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        run(line(seed=2 if name == "c" else 1), tmp_path / name)
    a, b, c = ((tmp_path / name / "model.keras").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_a_model_with_one_optimizer_trains_again(tmp_path: Path) -> None:
    """Keras binds an optimizer to the first network it trains."""
    model = line(compile={"optimizer": keras.optimizers.Adam(0.1), "loss": "mse"})
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        run(model, tmp_path / name)
    first, second = (tmp_path / name / "model.keras" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_a_saved_model_has_no_date_in_it(tmp_path: Path) -> None:
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    save(net, tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
        assert "date_saved" not in json.loads(archive.read("metadata.json"))
    assert keras.models.load_model(tmp_path / "model.keras").count_params() == 2
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


def test_a_loss_that_is_no_number_stops_at_its_epoch(tmp_path: Path) -> None:
    with pytest.raises(ModelFailure, match=r"diverged: loss is (nan|inf) at step 1 of 3") as caught:
        run(line(rate=1e30), tmp_path)
    assert "learning_rate=1e+30" in caught.value.found
    assert "smaller learning rate" in caught.value.next_step
    assert caught.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_training_of_the_authors_own(tmp_path: Path) -> None:
    def own(run: Run) -> Any:
        assert run.data is None
        for step in range(1, 3):
            run.log(step, 2, loss=1 / step, weight=np.float32(step))
        return run.net

    model = line(data=None, compile=None, fit={}, train=own)
    training, shown = run(model, tmp_path)
    assert training["history"] == {"loss": [1.0, 0.5], "weight": [1.0, 2.0]}
    assert training["metrics"] == {"loss": 0.5, "weight": 2.0}
    assert training["data"]["source"] == "generated"
    assert shown[-1] == (2, 2, {"loss": 0.5, "weight": 2.0})


def test_nan_in_an_own_training(tmp_path: Path) -> None:
    def own(run: Run) -> Any:
        run.log(1, 5, loss=float("nan"))

    with pytest.raises(ModelFailure, match="loss is nan at step 1 of 5"):
        run(line(data=None, compile=None, fit={}, train=own), tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"units": 3}, "output doesn't fit the output kind"),
        ({"output": Classes(["a", "b"])}, "Classes with 2 labels expects"),
        ({"build": lambda: 3}, "no Keras model"),
        (
            {"build": lambda: keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])},
            "input doesn't fit",
        ),
        ({"data": lambda: (np.zeros((3, 2)), np.zeros(3))}, "could not train"),
        ({"facts": lambda net, history: {"x": float("nan")}}, "fact can't be written"),
        ({"facts": lambda net, history: {"x": object()}}, "fact can't be written"),
    ],
)
def test_what_does_not_fit_is_said(changed: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match=said):
        run(line(**changed), tmp_path)
    assert not (tmp_path / "model.keras").exists()


def test_a_schedule_is_named_with_where_it_begins() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.002, 100)
    assert _describe(keras.optimizers.Adam(schedule)) == "Adam(learning_rate=CosineDecay(0.002))"
    assert _describe(keras.optimizers.SGD(0.2)) == "SGD(learning_rate=0.2)"
