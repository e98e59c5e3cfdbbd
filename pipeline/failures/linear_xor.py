"""A network without a hidden layer on XOR: no straight line separates the four corners.

Equal targets lie diagonally opposite. The best that a line can do is to predict one half for all.
"""

import keras
import numpy as np

from modelpress import AtMost, Failure, Training

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
TRUTH = np.array([[0], [1], [1], [0]], np.float32)


def linear():
    return keras.Sequential([
        keras.Input((2,), name="corner"),
        keras.layers.Dense(1, activation="sigmoid", name="answer"),
    ])


def with_hidden_layer():
    return keras.Sequential([
        keras.Input((2,), name="corner"),
        keras.layers.Dense(16, activation="sigmoid", name="hidden"),
        keras.layers.Dense(1, activation="sigmoid", name="answer"),
    ])


def clearly_right(net, data):
    """Number of corners whose prediction is less than 0.4 from the target."""
    return np.sum(np.abs(net(CORNERS) - TRUTH) < 0.4)


FAILURE = Failure(
    title="A straight line for XOR",
    wrong=Training(
        data=lambda: (CORNERS, TRUTH),
        build=linear,
        compile=lambda: dict(optimizer=keras.optimizers.Adam(0.2), loss="mse"),
        fit=dict(epochs=150, batch_size=4),
    ),
    repaired=Training(build=with_hidden_layer),
    repair="Put sixteen neurons between",
    measure=clearly_right,
    measured="corners that are clearly right",
    fails=AtMost(3),
    examples={
        f"{x:.0f}, {y:.0f}": ([x, y], truth) for (x, y), truth in zip(CORNERS, TRUTH, strict=True)
    },
    outputs=["answer"],
)
