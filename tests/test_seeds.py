"""Trainings from many seeds: each equals the training by itself, and what they say together."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import AtLeast, AtMost, Live, Model, Near, Seeds
from modelpress.core.errors import ModelpressError
from modelpress.data import Data, Split
from modelpress.data.loading import Loaded, load
from modelpress.data.locate import DataRequest
from modelpress.ensembles.batched import Ensemble, seed_state
from modelpress.ensembles.ensemble import browser_figure, described, job_of, seeds
from modelpress.processes.cluster import Executor
from modelpress.training.train import trained
from tests.test_model import fields


def noisy(rows: int = 21) -> Data:
    """Rows whose last batch of eight is smaller, and some to validate."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, (rows + 9, 2)).astype(np.float32)
    y = (x[:, :1] * x[:, 1:] + 0.1 * rng.normal(size=(rows + 9, 1))).astype(np.float32)
    return Data(train=Split(x[:rows], y[:rows]), validation=Split(x[rows:], y[rows:]))


def network(rate: float = 0.3) -> Any:
    return keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(6, "tanh"),
            keras.layers.Dropout(rate),
            keras.layers.Dense(1),
        ]
    )


MODEL = Model(
    **fields(
        input=None,
        output=None,
        tolerance=1e-5,
        data=noisy,
        build=network,
        compile=lambda: {
            "optimizer": keras.optimizers.Adam(0.05),
            "loss": "mse",
            "metrics": ["mae"],
        },
        fit={"epochs": 5, "batch_size": 8},
        train=None,
        seed=4,
        seeds=Seeds(3, "val_mae"),
    )
)


def rows_of(model: Model) -> Loaded:
    return load(model.data, DataRequest(), Path(), lambda text: None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"count": 1}, "count"),
        ({"count": 1001}, "count"),
        ({"count": True}, "count"),
        ({"measure": ""}, "measure"),
        ({"measure": 3}, "measure"),
        ({"epochs": 0}, "epochs"),
        ({"build": 3}, "build"),
        ({"reach": 0.5}, "reach"),
        ({"reach": Near(1, within=0)}, "reach"),
    ],
)
def test_what_cannot_work_names_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ModelpressError, match="can't be used") as caught:
        Seeds(**changed)
    assert caught.value.where == f"field `seeds.{field}`"


def test_a_loop_of_the_authors_own_has_no_seeds() -> None:
    own: dict[str, Any] = {
        "data": None,
        "build": None,
        "compile": None,
        "fit": {},
        "train": lambda run: None,
    }
    with pytest.raises(ModelpressError, match="can't be used") as caught:
        Model(**fields(**own, seeds=Seeds()))
    assert "both `seeds` and `train`" in caught.value.found
    with pytest.raises(ModelpressError):
        Model(**fields(seeds=3))


def test_each_seed_equals_the_training_by_itself_to_the_bit() -> None:
    """Dropout, shuffling and Adam's state: nothing of one seed is left for the next."""
    loaded = rows_of(MODEL)
    job = job_of(MODEL, loaded)
    ensemble = Ensemble(job)
    first = ensemble.train(seed_state(job, 5))
    for seed in (4, 5):
        value = ensemble.train(seed_state(job, seed))
        net, _, metrics = trained(replace(MODEL, seed=seed), loaded, lambda *told: None)
        assert value == metrics["val_mae"]
        assert (value == first) == (seed == 5)
        for ours, own in zip(ensemble.weights(), net.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, own)


def test_it_is_what_plain_keras_comes_to() -> None:
    model = replace(MODEL, build=lambda: network(0), fit={**MODEL.fit, "shuffle": False})
    job = job_of(model, rows_of(model))
    value = Ensemble(job).train(seed_state(job, 7))
    keras.utils.set_random_seed(7)
    net, data = network(0), noisy()
    net.compile(**model.compile_keywords(0))
    assert data.validation is not None
    net.fit(data.train.x, data.train.y, epochs=5, batch_size=8, shuffle=False, verbose=0)
    found = net.evaluate(data.validation.x, data.validation.y, verbose=0, return_dict=True)
    assert value == pytest.approx(found["mae"], abs=1e-6)


def test_what_readers_train_is_what_the_seeds_train() -> None:
    """A live run has its own rows, settings and length, and no Dropout."""
    live = Live(
        data=lambda: noisy(12),
        compile=lambda: {"optimizer": keras.optimizers.SGD(0.1), "loss": "mae"},
        fit={"epochs": 2, "batch_size": 4, "shuffle": False},
    )
    model = replace(MODEL, live=live, seeds=Seeds(2, "loss"))
    loaded = load(live.data, DataRequest(), Path(), lambda text: None)
    job = job_of(model, loaded)
    ensemble = Ensemble(job)
    ensemble.train(seed_state(job, 4))
    keras.utils.set_random_seed(4)
    net, data = network(), noisy(12)
    net.layers[1].rate = 0.0
    net.compile(keras.optimizers.SGD(0.1), "mae")
    net.fit(data.train.x, data.train.y, epochs=2, batch_size=4, shuffle=False, verbose=0)
    for ours, own in zip(ensemble.weights(), net.get_weights(), strict=True):
        np.testing.assert_allclose(ours, own, rtol=0, atol=1e-6)


def test_fewer_epochs_keep_the_schedule_of_all() -> None:
    def compile(steps: int) -> dict[str, Any]:
        rate = keras.optimizers.schedules.PolynomialDecay(0.1, steps, end_learning_rate=0)
        return {"optimizer": keras.optimizers.SGD(rate), "loss": "mse"}

    job = job_of(replace(MODEL, compile=compile, seeds=Seeds(2, epochs=2)), rows_of(MODEL))
    assert (job.epochs, job.steps) == (2, 6)
    assert job.compiling["optimizer"].get_config()["learning_rate"]["config"]["decay_steps"] == 15


@pytest.mark.slow
def test_the_file_says_which_seeds_and_what_of(tmp_path: Path) -> None:
    done: list[tuple[int, int]] = []
    seeds(MODEL, rows_of(MODEL), tmp_path, Executor(), (), lambda *told: done.append(told))
    entry = json.loads((tmp_path / "seeds.json").read_bytes())
    assert done[-1] == (3, 3)
    assert (entry["first_seed"], entry["count"], entry["steps"]) == (4, 3, 15)
    assert (entry["live"], entry["browser"], entry["shuffle"]) == (False, None, True)
    own = trained(MODEL, rows_of(MODEL), lambda *told: None)[2]["val_mae"]
    assert np.float32(entry["values"][0]) == np.float32(own)
    assert len(set(entry["values"])) == 3


def test_a_measure_that_is_not_there_is_named() -> None:
    model = replace(MODEL, seeds=Seeds(2, "val_accuracy"))
    with pytest.raises(ModelpressError, match="no figure `val_accuracy`") as caught:
        Ensemble(job_of(model, rows_of(model)))
    assert "val_mae" in caught.value.expected


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"fit": {"epochs": 2, "callbacks": []}}, "`callbacks` in `fit`"),
        ({"augment": lambda x, rng: x}, "`augment`"),
        ({"compile": {"loss": "mse", "run_eagerly": True}}, "`run_eagerly`"),
    ],
)
def test_what_cannot_be_repeated_is_refused(changed: dict[str, Any], found: str) -> None:
    model = replace(MODEL, **changed)
    with pytest.raises(ModelpressError, match="can't be repeated") as caught:
        job_of(model, rows_of(model))
    assert caught.value.found == found


def test_what_diverges_is_counted_and_spoils_nothing() -> None:
    def compile() -> dict[str, Any]:
        return {"optimizer": keras.optimizers.SGD(1e20), "loss": "mse", "metrics": ["accuracy"]}

    # Its accuracy is a number all the same.
    model = replace(MODEL, compile=compile, seeds=Seeds(2, "accuracy"))
    job = job_of(model, rows_of(model))
    assert math.isnan(Ensemble(job).train(seed_state(job, 1)))


def test_what_all_say_together() -> None:
    found = described([3.0, math.nan, 1.0, 2.0, 4.0], AtMost(2))
    assert found["values"] == [3.0, None, 1.0, 2.0, 4.0]
    assert (found["diverged"], found["reached"], found["reach"]) == (1, 2, "≤ 2")
    names = ("least", "lower_quartile", "median", "upper_quartile", "most", "mean")
    assert [found[name] for name in names] == [1, 1.75, 2.5, 3.25, 4, 2.5]
    assert described([5.0, 5.0], AtLeast(5))["reached"] == 2
    lost = described([math.nan, math.inf], None)
    assert (lost["median"], lost["diverged"], lost["values"]) == (None, 2, [None, None])
    assert "reached" not in lost


@pytest.mark.parametrize(
    ("measure", "metrics", "figure"),
    [
        ("loss", [], "loss"),
        ("val_loss", [], "val_loss"),
        ("val_mae", ["mae"], "val_mae"),
        ("far", [keras.metrics.MeanAbsoluteError(name="far")], "mae"),
        ("cosine", [keras.metrics.CosineSimilarity(name="cosine")], None),
    ],
)
def test_the_browser_has_a_figure_for_it_or_none(
    measure: str, metrics: list[Any], figure: str | None
) -> None:
    assert browser_figure(measure, {"loss": "mse", "metrics": metrics}) == figure
