"""Activations, keras.applications, and the models of TensorFlow.js' own end-to-end tests."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
from keras import layers as L

from modelpress.model_files.load import load
from tests.coverage import Subject
from tests.networks import chain

_NO_FUNCTIONS = ("deserialize", "get", "serialize")
_SMALLEST = {"InceptionResNetV2": 75, "InceptionV3": 75, "Xception": 71}
_SMALL = 32  # the side of a picture that the other applications take


def activations() -> dict[str, Any]:
    """The functions of keras.activations, by name."""
    found = {name: getattr(keras.activations, name) for name in dir(keras.activations)}
    return {
        name: each
        for name, each in found.items()
        if inspect.isfunction(each) and name not in _NO_FUNCTIONS
    }


def applications() -> dict[str, Any]:
    """The models of keras.applications, by name; ConvNeXtBase is one of them."""
    found = {name: getattr(keras.applications, name) for name in dir(keras.applications)}
    return {name: each for name, each in found.items() if inspect.isfunction(each)}


@keras.saving.register_keras_serializable("coverage")  # type: ignore[untyped-decorator]
def above_zero(x: Any) -> Any:
    return keras.activations.threshold(x, 0.0, -1.0)


def _activated(function: Any) -> Any:
    return chain((6,), L.Dense(6, activation=function))


def subjects() -> Iterator[Subject]:
    for name, function in activations().items():
        used = above_zero if name == "threshold" else function
        yield Subject(name, "activations", partial(_activated, used), (6,))
    for name, build, shape in _of_tensorflowjs():
        yield Subject(name, "tfjs", build, shape)
    for name, build in applications().items():
        side = _SMALLEST.get(name, _SMALL)
        shape = (side, side, 3)
        yield Subject(
            name,
            "applications",
            partial(build, weights=None, input_shape=shape, classes=10),
            shape,
            cases=2,
        )


def _of_tensorflowjs() -> Iterator[tuple[str, Callable[[], Any], tuple[int, ...]]]:
    """Networks of the same structure, with random weights."""
    yield "mlp", lambda: chain((100,), L.Dense(50, "relu"), L.Dense(10)), (100,)
    yield "cnn", lambda: chain((24, 24, 1), *_convolutions(), L.Flatten(), L.Dense(3)), (24, 24, 1)
    yield (
        "depthwise_cnn",
        lambda: chain((28, 28, 3), L.DepthwiseConv2D(3), L.AveragePooling2D(2), L.Flatten()),
        (28, 28, 3),
    )
    yield "simple_rnn", lambda: chain((20, 4), L.SimpleRNN(20)), (20, 4)
    yield "gru", lambda: chain((20, 4), L.GRU(20)), (20, 4)
    yield "bidirectional_lstm", lambda: chain((20, 4), L.Bidirectional(L.LSTM(20))), (20, 4)
    yield (
        "time_distributed_lstm",
        lambda: chain((20, 4), L.LSTM(8, return_sequences=True), L.TimeDistributed(L.Dense(3))),
        (20, 4),
    )
    yield (
        "one_dimensional",
        lambda: chain(
            (100, 1), L.Conv1D(8, 3, activation="relu"), L.MaxPooling1D(2), L.Flatten(), L.Dense(2)
        ),
        (100, 1),
    )
    yield "functional_merge", _merge, (8,)
    yield "saved_model_v1", _signature(lambda x: x @ tf.ones((2, 2)), (None, 2)), (2,)
    yield "saved_model_v2", _signature(lambda x: 6.0 * x, (1,)), (1,)
    yield (
        "saved_model_v2_complex64",
        _signature(lambda x: tf.complex(x, x) + (3 + 1j), (None, 1)),
        (1,),
    )
    yield "saved_model_v2_with_control_flow", _signature(_square_if_positive, ()), ()
    yield "saved_model_v2_with_control_flow_v2", _signature(_counted, (None, 3)), (3,)
    picture = (24, 24, 3)
    yield (
        "saved_model_with_conv2d",
        lambda: chain(
            picture,
            L.Conv2D(16, 3, padding="same", use_bias=False),
            L.BatchNormalization(),
            L.ReLU(),
        ),
        picture,
    )
    yield (
        "saved_model_with_prelu",
        lambda: chain(picture, L.Conv2D(16, 3, padding="same"), L.PReLU()),
        picture,
    )
    yield (
        "MobileNetV3_small_075",
        lambda: keras.applications.MobileNetV3Small(
            input_shape=(32, 32, 3), alpha=0.75, weights=None, classes=10
        ),
        (32, 32, 3),
    )


def _convolutions() -> list[Any]:
    return [L.Conv2D(16, 3, activation="relu"), L.MaxPooling2D(2), L.Conv2D(8, 3, 2)]


def _merge() -> Any:
    given = keras.Input((8,))
    left, right = L.Dense(4, "relu")(given), L.Dense(4, "relu")(given)
    return keras.Model(given, L.Dense(1)(L.Concatenate()([left, right])))


def _signature(function: Callable[[Any], Any], shape: tuple[int | None, ...]) -> Callable[[], Any]:
    """The network of a SavedModel that computes `function`."""

    def build() -> Any:
        module = tf.Module()
        module.f = tf.function(function, input_signature=[tf.TensorSpec(shape, tf.float32, "x")])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "saved"
            tf.saved_model.save(module, str(path), signatures=module.f.get_concrete_function())
            return load(path).net

    return build


def _square_if_positive(x: Any) -> Any:
    return tf.cond(x > 0, lambda: x * x, lambda: x + 1)


def _counted(x: Any) -> Any:
    """Loops within a loop, with a branch in the inner one."""

    def inner(step: Any, value: Any) -> Any:
        return tf.cond(step > 0, lambda: value + 1, lambda: value + 2)

    def outer(step: Any, value: Any) -> Any:
        made = tf.while_loop(lambda i, _: i < 2, lambda i, v: (i + 1, inner(i, v)), (0, value))
        return step + 1, made[1]

    return tf.while_loop(lambda i, _: i < 10, outer, (0, x))[1]
