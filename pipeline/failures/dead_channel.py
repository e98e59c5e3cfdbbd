"""A ReLU on the last layer: an output that starts below zero stays 0 forever.

The network should predict the opposite of a colour. After a ReLU, a channel whose sum is negative
for every colour is 0; the ReLU's slope there is 0 too, so no gradient comes back to change it.
"""

import keras
import numpy as np

from modelpress import AtLeast, Failure, Training
from modelpress.data import Data, Split

PALETTE = {
    "red": (244, 67, 54),
    "purple": (156, 39, 176),
    "blue": (33, 150, 243),
    "green": (76, 175, 80),
    "amber": (255, 193, 7),
    "brown": (121, 85, 72),
}


def opposite(rgb):
    """The colour half-way round the wheel, from 0 to 1: max + min − channel."""
    return (rgb.max(axis=1, keepdims=True) + rgb.min(axis=1, keepdims=True) - rgb) / 255


def colors(count, seed):
    """Random colours, (count, 3), from 0 to 255."""
    return np.random.default_rng(seed).integers(0, 256, (count, 3)).astype(np.float32)


def data():
    rgb = colors(5000, seed=1)
    return Data(train=Split(rgb, opposite(rgb)), split="5,000 random colours")


def network(last):
    return keras.Sequential([
        keras.Input((3,), name="rgb"),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Dense(64, activation="relu", name="hidden_1"),
        keras.layers.Dense(32, activation="relu", name="hidden_2"),
        keras.layers.Dense(16, activation="relu", name="hidden_3"),
        keras.layers.Dense(3, activation=last, name="opposite"),
    ])


def dead_channels(net, data):
    """Number of channels whose prediction is the same for every colour."""
    return np.sum(np.std(net(colors(1000, seed=3)), axis=0) < 1e-3)


FAILURE = Failure(
    title="The dead channel",
    # 1,000 batches of 25 colours.
    wrong=Training(
        data=data,
        build=lambda: network("relu"),
        compile=lambda: dict(optimizer=keras.optimizers.SGD(0.1), loss="mse"),
        fit=dict(epochs=5, batch_size=25),
    ),
    repaired=Training(build=lambda: network(None)),
    repair="Leave the last layer linear",
    measure=dead_channels,
    measured="colour channels that are dead",
    fails=AtLeast(1),
    seed=4,
    examples={
        name: (rgb, opposite(np.array([rgb], np.float32))[0]) for name, rgb in PALETTE.items()
    },
    outputs=["red", "green", "blue"],
    scale=255,
)
