"""Kept weights are those that Keras had, and keeping them changes nothing."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import AtMost, Model, Run
from modelpress.core.errors import ModelpressError
from modelpress.data import Data, DataRequest, Split, load
from modelpress.inputs.number import Number
from modelpress.outputs.number import Number as Answer
from modelpress.training.checkpoints import Checkpoints, spaced
from modelpress.training.train import train, trained

X = np.linspace(-1, 1, 24, dtype=np.float32)[:, None]
Y = 2 * X - 1


def network() -> Any:
    return keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(3, "tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(1),
        ]
    )


def model(**changed: Any) -> Model:
    return Model(
        **{
            "title": "Line",
            "input": Number(-1, 1),
            "output": Answer(),
            "data": lambda: (X, Y),
            "build": network,
            "compile": lambda: {"optimizer": keras.optimizers.Adam(0.05), "loss": "mse"},
            "fit": {"epochs": 12, "batch_size": 8, "shuffle": False},
            "tolerance": 1e-5,
            "expect": {"loss": AtMost(10)},
            **changed,
        }
    )


def kept(chosen: Model, out: Path) -> tuple[list[int], Any]:
    loaded = load(chosen.data, DataRequest(), out, lambda text: None)
    train(chosen, loaded, out, lambda *event: None)
    with np.load(out / "epochs.npz") as file:
        return file["epochs"].tolist(), file["weights"]


def flat(net: Any) -> Any:
    return np.concatenate([values.ravel() for values in net.get_weights()])


def test_the_weights_of_an_epoch_are_what_keras_had(tmp_path: Path) -> None:
    epochs, weights = kept(model(), tmp_path)
    assert epochs == list(range(13))
    for last in (0, 1, 5, 12):
        keras.backend.clear_session()
        keras.utils.set_random_seed(1)
        net = network()
        net.compile(keras.optimizers.Adam(0.05), "mse")
        if last:
            net.fit(X, Y, epochs=last, batch_size=8, shuffle=False, verbose=0)
        np.testing.assert_array_equal(weights[last], flat(net))
    published = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(weights[-1], flat(published))


def test_keeping_changes_no_bit(tmp_path: Path) -> None:
    chosen = model(fit={"epochs": 6, "batch_size": 5})
    loaded = load(chosen.data, DataRequest(), tmp_path, lambda text: None)
    plain, history, _ = trained(chosen, loaded, lambda *event: None)
    watched, again, _ = trained(chosen, loaded, lambda *event: None, Checkpoints())
    np.testing.assert_array_equal(flat(plain), flat(watched))
    assert history == again


def test_the_first_weights_have_a_loss_of_their_own(tmp_path: Path) -> None:
    kept(model(), tmp_path)
    training = json.loads((tmp_path / "training.json").read_bytes())
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    net = network()
    net.compile(keras.optimizers.Adam(0.05), "mse")
    expected = net.evaluate(X, Y, batch_size=32, verbose=0)
    assert training["first"]["loss"] == pytest.approx(expected, rel=1e-6)


def test_an_own_training_keeps_where_it_says_so(tmp_path: Path) -> None:
    def descend(run: Run) -> Any:
        for step in range(31):
            run.net.set_weights([np.full((1, 1), step, np.float32)])
            run.keep(step, 30)
            if step:
                run.log(step, 30, loss=1.0)
        return run.net

    def single() -> Any:
        return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])

    own = model(train=descend, build=single, fit={}, compile=None)
    epochs, weights = kept(own, tmp_path)
    assert epochs[0] == 0
    assert epochs[-1] == 30
    assert weights[:, 0].tolist() == epochs

    def silent(run: Run) -> Any:
        run.log(1, 1, loss=1.0)
        return run.net

    assert kept(model(train=silent, build=single, fit={}, compile=None), tmp_path)[0] == []

    def wrong(run: Run) -> Any:
        run.keep(31, 30)

    with pytest.raises(ModelpressError, match="can't be saved") as caught:
        kept(model(train=wrong, build=single, fit={}, compile=None), tmp_path)
    assert "step 31 of 30" in caught.value.found


def test_epochs_lie_close_where_most_is_learnt() -> None:
    assert spaced(3, 24) == [0, 1, 2, 3]
    assert spaced(1, 24) == [0, 1]
    found = spaced(2000, 24)
    assert len(found) <= 24
    assert found[:4] == [0, 1, 2, 3]
    assert found[-1] == 2000
    late = [after / before for before, after in itertools.pairwise(found[10:])]
    assert max(late) / min(late) < 1.15


def test_weights_of_another_network_are_left_out(tmp_path: Path) -> None:
    checkpoints = Checkpoints()
    checkpoints.expect(2, 10)
    checkpoints.save_at(0, network())
    other = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    checkpoints.save_at(2, other)
    checkpoints.save(tmp_path / "epochs.npz", other)
    with np.load(tmp_path / "epochs.npz") as file:
        assert file["epochs"].tolist() == [2]
        assert file["weights"].shape == (1, 2)


def test_the_weights_with_the_lowest_validation_loss_are_kept(tmp_path: Path) -> None:
    class Net:
        value = 0

        def get_weights(self) -> list[Any]:
            return [np.full(1, self.value, np.float32)]

    net, checkpoints = Net(), Checkpoints()
    checkpoints.expect(1000, 1)
    for epoch in range(1001):
        net.value = epoch
        checkpoints.save_at(epoch, net)
        if epoch:
            checkpoints.save_best(epoch, abs(epoch - 333), net)
    checkpoints.save(tmp_path / "epochs.npz", net)
    with np.load(tmp_path / "epochs.npz") as file:
        assert file["best"] == 333
        assert 333 in file["epochs"]
        np.testing.assert_array_equal(file["weights"][:, 0], file["epochs"])


def test_keras_reports_the_validation_loss_of_an_epoch(tmp_path: Path) -> None:
    both = Data(train=Split(X, Y), validation=Split(X[:5], Y[:5]))
    chosen = model(data=lambda: both, fit={"epochs": 9, "batch_size": 8})
    kept(chosen, tmp_path)
    history = json.loads((tmp_path / "training.json").read_bytes())["history"]["val_loss"]
    with np.load(tmp_path / "epochs.npz") as file:
        assert file["best"] == np.argmin(history) + 1
