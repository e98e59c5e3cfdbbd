"""Stacked trainings against the same trainings alone, by Keras' `train_on_batch`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import AtLeast, Live, Model
from modelpress.data import DataRequest, load
from modelpress.recording.record import record
from modelpress.recording.record_runs import Batches
from modelpress.recording.replay import LiveFiles
from modelpress.recording.stacked import initial_weights, trained_from
from modelpress.schema.document import plain

SEEDS = (3, 0, 7)
EPOCHS = 4
X = np.random.default_rng(1).integers(0, 256, (21, 4)).astype(np.float32)
Y = np.eye(3, dtype=np.float32)[np.random.default_rng(2).integers(0, 3, 21)]
OPTIMIZERS: dict[str, Any] = {
    "sgd": lambda: keras.optimizers.SGD(0.5),
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "adam": lambda: keras.optimizers.Adam(0.02),
    "schedule": lambda: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, 9)),
}


def shares(scores: Any) -> Any:
    return scores / keras.ops.sum(scores, axis=-1, keepdims=True)


def classifier(last: Any = "softmax") -> Any:
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Dense(5, activation="sigmoid"),
            keras.layers.Dense(4, activation="tanh", use_bias=False),
            keras.layers.Dense(3),
            keras.layers.Activation("sigmoid" if last is shares else last),
            *([keras.layers.Activation(shares)] if last is shares else []),
        ]
    )


def recorded(folder: Path, optimizer: Any, loss: str, build: Any) -> LiveFiles:
    model = Model(
        title="Words",
        expect={"loss": AtLeast(0)},
        data=lambda: (X, Y),
        build=build,
        compile=lambda: {"optimizer": optimizer(), "loss": loss},
        fit={"epochs": EPOCHS, "batch_size": 8},
        live=Live(replay=100),
    )
    loaded = load(model.data, DataRequest(), folder, lambda text: None)
    record(model, loaded, folder, lambda text: None, others=False)
    return LiveFiles(folder / "live.json", folder / "live.bin")


@pytest.mark.parametrize(
    ("optimizer", "loss", "last"),
    [
        *(
            pytest.param(
                name,
                "categorical_crossentropy",
                "softmax",
                marks=() if name == "adam" else pytest.mark.slow,
            )
            for name in OPTIMIZERS
        ),
        ("sgd", "mse", "sigmoid"),
        ("sgd", "categorical_crossentropy", shares),
    ],
)
def test_each_seed_trains_as_it_does_alone(
    optimizer: str, loss: str, last: Any, tmp_path: Path
) -> None:
    def build() -> Any:
        return classifier(last)

    files = recorded(tmp_path, OPTIMIZERS[optimizer], loss, build)
    assert len(plain(files.spec)["recordings"]) == 1
    found, last_losses = trained_from(SEEDS, build, files)
    for seed, weights, last_loss in zip(SEEDS, found, last_losses, strict=True):
        keras.utils.set_random_seed(seed)
        net = build()
        net.compile(OPTIMIZERS[optimizer](), loss, jit_compile=False)
        batches = Batches(len(X), 8, seed, True)
        losses = [net.train_on_batch(X[rows], Y[rows]) for rows in batches.first(EPOCHS * 3)]
        assert losses[-1] == pytest.approx(float(last_loss), abs=1e-5)
        for ours, keras_own in zip(weights, net.get_weights(), strict=True):
            np.testing.assert_allclose(ours, keras_own, atol=1e-5)


def test_a_training_that_diverges_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = recorded(tmp_path, OPTIMIZERS["sgd"], "mse", lambda: classifier("sigmoid"))
    (alone,), _ = trained_from([0], lambda: classifier("sigmoid"), files)

    def spoilt(seeds: Any, build: Any) -> Any:
        first, second = initial_weights(seeds, build)
        return [first, [np.full_like(weights, np.nan) for weights in second]]

    monkeypatch.setattr("modelpress.recording.stacked.initial_weights", spoilt)
    beside, losses = trained_from([0, 1], lambda: classifier("sigmoid"), files)
    for ours, theirs in zip(beside[0], alone, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert np.isnan(losses[1])


def custom() -> Any:
    """Draws weights in an order of its own."""
    net = classifier()
    net.set_weights([np.random.rand(*weights.shape) for weights in net.get_weights()])
    return net


@pytest.mark.parametrize("build", [classifier, custom])
def test_first_weights_are_those_that_building_gives(build: Any) -> None:
    for seed, weights in zip(SEEDS, initial_weights(SEEDS, build), strict=True):
        keras.utils.set_random_seed(seed)
        for ours, built in zip(weights, build().get_weights(), strict=True):
            np.testing.assert_array_equal(ours, built)
    assert initial_weights([], build) == []
