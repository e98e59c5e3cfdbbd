"""The compiled loop against `keras.Model.fit` and `evaluate`, the oracles."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.data import Split
from modelpress.training.fit import Loop, augmented, order, unsupported_by

ROWS = 50  # with batches of 16, the last one has 2


def images(seed: int, rows: int) -> Split:
    rng = np.random.default_rng(seed)
    labels = np.eye(4, dtype=np.float32)[rng.integers(0, 4, rows)]
    return Split(rng.integers(0, 256, (rows, 8, 8), dtype=np.uint8), labels)


TRAIN, HELD_OUT = images(1, ROWS), images(2, 21)


def convolutional() -> Any:
    """Everything that keeps state or adds to the loss: batch norm, dropout, L2."""
    return keras.Sequential(
        [
            keras.Input((8, 8)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Reshape((8, 8, 1)),
            keras.layers.Conv2D(4, 3, kernel_regularizer=keras.regularizers.L2(1e-2)),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(4, activation="softmax"),
        ]
    )


def compiled(**settings: Any) -> Any:
    """A fresh network with the same initial weights each time."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    net = convolutional()
    net.compile(
        **{
            "optimizer": keras.optimizers.Adam(0.01),
            "loss": "categorical_crossentropy",
            "metrics": ["accuracy", "top_k_categorical_accuracy"],
            "jit_compile": False,
            **settings,
        }
    )
    return net


@pytest.mark.parametrize(
    ("batch_size", "settings"),
    [
        (16, {}),
        (16, {"optimizer": keras.optimizers.SGD, "loss": "mse"}),
        (2, {"optimizer": keras.optimizers.AdamW, "metrics": []}),  # 25 batches: in several calls
    ],
)
def test_unshuffled_it_equals_keras_fit_to_the_bit(
    batch_size: int, settings: dict[str, Any]
) -> None:
    def make() -> Any:
        chosen = settings.get("optimizer")
        return compiled(**settings | ({"optimizer": chosen(0.01)} if chosen else {}))

    theirs = make()
    recorded = theirs.fit(
        TRAIN.x,
        TRAIN.y,
        validation_data=(HELD_OUT.x, HELD_OUT.y),
        epochs=3,
        batch_size=batch_size,
        shuffle=False,
        verbose=0,
    )
    ours = make()
    history = Loop(ours, batch_size).fit(TRAIN, HELD_OUT, epochs=3, seed=1, shuffle=False)
    assert history == recorded.history
    for our, their in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(our, their)


def test_a_schedule_and_epoch_callbacks_act_as_in_fit() -> None:
    def make() -> tuple[Any, list[Any]]:
        schedule = keras.optimizers.schedules.CosineDecay(0.05, 8)
        callbacks = [keras.callbacks.EarlyStopping("loss", min_delta=10, patience=1)]
        return compiled(optimizer=keras.optimizers.Adam(schedule)), callbacks

    theirs, callbacks = make()
    recorded = theirs.fit(TRAIN.x, TRAIN.y, epochs=9, shuffle=False, callbacks=callbacks, verbose=0)
    ours, callbacks = make()
    assert not unsupported_by(ours, {"epochs": 9, "callbacks": callbacks})
    history = Loop(ours).fit(TRAIN, epochs=9, seed=1, shuffle=False, callbacks=callbacks)
    assert len(history["loss"]) == 2
    assert history == recorded.history


def test_a_rate_set_between_epochs_is_used() -> None:
    frozen = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.0 if epoch else rate)
    net = compiled()
    weights: list[Any] = []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(net.get_layer(index=-1).get_weights()[0])
    )
    Loop(net, 16).fit(TRAIN, epochs=2, seed=1, callbacks=[frozen, keep])
    np.testing.assert_array_equal(*weights)


def test_evaluate_equals_keras() -> None:
    net = compiled()
    loop = Loop(net, 16)
    loop.fit(TRAIN, epochs=1, seed=1)
    theirs = net.evaluate(HELD_OUT.x, HELD_OUT.y, batch_size=16, verbose=0, return_dict=True)
    assert loop.evaluate(HELD_OUT) == theirs


def test_shuffled_rows_are_those_that_order_names() -> None:
    """The same as handing `fit` the rows in that order, epoch by epoch."""
    theirs = compiled()
    for epoch in range(2):
        rows = order(7, epoch, ROWS)
        theirs.fit(TRAIN.x[rows], TRAIN.y[rows], batch_size=16, shuffle=False, verbose=0)
    ours = compiled()
    Loop(ours, 16).fit(TRAIN, epochs=2, seed=7)
    for our, their in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(our, their)


def test_order_depends_on_seed_and_epoch_alone() -> None:
    first = order(1, 0, 1000)
    assert sorted(first) == list(range(1000))
    np.testing.assert_array_equal(first, order(1, 0, 1000))
    assert (first != order(1, 1, 1000)).mean() > 0.9
    assert (first != order(2, 0, 1000)).mean() > 0.9
    # NumPy keeps the streams of its generators from version to version; so does this order.
    np.testing.assert_array_equal(order(1, 0, 6), np.random.default_rng([1, 0]).permutation(6))


def test_each_epoch_gets_inputs_of_its_own() -> None:
    drawn = []

    def augment(x: Any, rng: np.random.Generator) -> Any:
        drawn.append(int(rng.integers(1 << 30)))
        return np.roll(x, 1 + drawn[-1] % 3, axis=2)

    def first_weights(change: Any) -> Any:
        net = compiled()
        Loop(net, 16).fit(TRAIN, epochs=2, seed=3, augment=change)
        return net.get_weights()[0]

    plain, varied, again = first_weights(None), first_weights(augment), first_weights(augment)
    assert drawn[0] != drawn[1]
    assert drawn[:2] == drawn[2:]
    assert not np.array_equal(plain, varied)
    np.testing.assert_array_equal(varied, again)


@pytest.mark.parametrize(
    "augment", [lambda x, rng: x / 255, lambda x, rng: x[:3], lambda x, rng: x[..., None]]
)
def test_augmented_inputs_keep_shape_and_type(augment: Any) -> None:
    with pytest.raises(ValueError, match="must keep both"):
        augmented(augment, TRAIN.x, 1, 0)


def test_a_long_epoch_is_shown_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelpress.training.fit.SECONDS_A_CALL", 0.0)
    ticks: list[Any] = []
    Loop(compiled(), 1).fit(
        TRAIN, epochs=2, seed=1, tick=lambda epoch, figures: ticks.append((epoch, figures))
    )
    assert [epoch for epoch, _ in ticks] == [0, 0, 0, 1, 1, 1]  # 50 batches, 16 a call
    assert all(math.isfinite(figures["loss"]) for _, figures in ticks)


@pytest.mark.parametrize(
    ("keywords", "settings", "reason"),
    [
        ({"epochs": 1, "batch_size": 8, "shuffle": False}, {}, ""),
        ({"class_weight": {0: 1.0}}, {}, "`class_weight`"),
        ({"shuffle": "batch"}, {}, "shuffle='batch'"),
        ({"callbacks": [keras.callbacks.TerminateOnNaN()]}, {}, "on_batch_end"),
        (
            {"callbacks": [keras.callbacks.LambdaCallback(on_train_batch_end=print)]},
            {},
            "on_train_batch_end",
        ),
        ({}, {"jit_compile": True}, "`jit_compile`"),
        ({}, {"run_eagerly": True}, "`run_eagerly`"),
    ],
)
def test_what_is_left_to_keras(
    keywords: dict[str, Any], settings: dict[str, Any], reason: str
) -> None:
    found = unsupported_by(compiled(**settings), keywords)
    assert (reason in found) if reason else not found
