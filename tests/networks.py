"""Small networks of the kinds that people bring, with random weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers


@keras.saving.register_keras_serializable("networks")
class Gain(layers.Layer):  # type: ignore[misc]
    """Multiplies each feature by a weight of its own."""

    def build(self, shape: Any) -> None:
        self.gain = self.add_weight(shape=(shape[-1],), name="gain")

    def call(self, x: Any) -> Any:
        return x * self.gain


@keras.saving.register_keras_serializable("networks")
class Tied(layers.Layer):  # type: ignore[misc]
    """An autoencoder whose decoder is the transposed encoder."""

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], 3), name="kernel")

    def call(self, x: Any) -> Any:
        return keras.ops.tanh(x @ self.kernel) @ keras.ops.transpose(self.kernel)


@keras.saving.register_keras_serializable("networks")
class OwnModel(keras.Model):  # type: ignore[misc]
    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.hidden, self.out = layers.Dense(8, "relu"), layers.Dense(2)

    def call(self, x: Any, training: bool = False) -> Any:
        return self.out(self.hidden(x))


@keras.saving.register_keras_serializable("networks")  # type: ignore[untyped-decorator]
def halve(x: Any) -> Any:
    return x / 2


def chain(shape: tuple[int | None, ...], *stack: Any, dtype: str | None = None) -> Any:
    return keras.Sequential([keras.Input(shape, dtype=dtype), *stack])


def mixed() -> Any:
    with_float16 = keras.mixed_precision.DTypePolicy("mixed_float16")
    return chain((4,), layers.Dense(8, "relu", dtype=with_float16), layers.Dense(2))


def shared() -> Any:
    """A model used twice, in a model."""
    part = keras.Sequential([keras.Input((2,)), layers.Dense(3, "tanh")], name="part")
    given = keras.Input((4,))
    left, right = part(given[:, :2]), part(given[:, 2:])
    return keras.Model(given, layers.Dense(2)(layers.Concatenate()([left, right, left - right])))


def backbone() -> Any:
    """A convolutional network as a layer, as keras.applications are used."""
    given = keras.Input((12, 12, 3))
    x = layers.Conv2D(4, 3, strides=2, use_bias=False, name="stem_conv")(given)
    x = layers.ReLU(6)(layers.BatchNormalization(name="stem_bn")(x))
    x = layers.ReLU()(layers.DepthwiseConv2D(3, padding="same")(x))
    inner = keras.Model(given, layers.Add()([x, layers.Conv2D(4, 1)(x)]), name="backbone")
    return chain(
        (12, 12, 3),
        layers.RandomFlip("horizontal"),
        layers.RandomContrast(0.2),
        inner,
        layers.GlobalAveragePooling2D(),
        layers.GaussianNoise(0.1),
        layers.Dense(2),
    )


def states() -> Any:
    """A layer with several outputs."""
    given = keras.Input((5, 2))
    sequence, hidden, cell = layers.LSTM(3, return_sequences=True, return_state=True)(given)
    last = layers.Concatenate()([sequence[:, -1], hidden, cell])
    return keras.Model(given, layers.Dense(2)(last))


NETWORKS: dict[str, Callable[[], Any]] = {
    "gru": lambda: chain((6, 2), layers.GRU(4, dropout=0.2), layers.Dense(2)),
    "stacked": lambda: chain(
        (None, 2), layers.Bidirectional(layers.LSTM(3, return_sequences=True)), layers.SimpleRNN(3)
    ),
    "unrolled": lambda: chain((5, 2), layers.LSTM(4, unroll=True), layers.Dense(2)),
    "within": lambda: chain((5, 2), chain((5, 2), layers.GRU(3), layers.Dense(2))),
    "states": states,
    "noisy": lambda: chain(
        (8, 8, 1),
        keras.Sequential([layers.RandomRotation(0.1), layers.RandomZoom(0.1)]),
        layers.Rescaling(1 / 255),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(2),
    ),
    "mixed": mixed,
    "double": lambda: chain((4,), layers.Dense(8, "tanh", dtype="float64"), layers.Dense(2)),
    "indices": lambda: chain(
        (5,), layers.Embedding(9, 4), layers.Flatten(), layers.Dense(2), dtype="int32"
    ),
    "gelu": lambda: chain((4,), layers.Dense(8, "gelu"), layers.Dense(2, "softsign")),
    "shared": shared,
    "backbone": backbone,
    "one_filter": lambda: chain(
        (8, 8, 1), layers.Conv2D(1, 3), layers.Conv2D(1, 3, padding="same")
    ),
    "tied": lambda: chain((4,), Tied()),
    "own_layer": lambda: chain((4,), layers.Dense(4), Gain(), layers.Lambda(halve)),
    "own_model": OwnModel,
    "attention": lambda: chain((6, 4), layers.Dense(4), layers.Permute((2, 1)), layers.Dense(3)),
    "hard": lambda: chain((4,), layers.Dense(6, "hard_sigmoid"), layers.LeakyReLU(0.2)),
    "operators": lambda: operators(),
}
SHAPES = {"stacked": (7, 2), "own_model": (4,)}  # where the network leaves it open


def operators() -> Any:
    given = keras.Input((4,))
    return keras.Model(given, layers.Dense(2)((given + layers.Dense(4, "silu")(given)) * 0.5 - 1))


def randomised(net: Any) -> Any:
    """`net` with weights of a size that shows in its predictions."""
    random = np.random.default_rng(1)
    for weight in net.weights:
        values = random.normal(0, 0.5, weight.shape)
        weight.assign(np.abs(values) + 0.1 if "variance" in weight.path else values)
    return net
