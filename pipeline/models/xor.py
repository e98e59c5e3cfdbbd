"""Sixteen neurons solve exclusive or, the smallest problem that no straight line can.

The target is 1 where exactly one of the two numbers is 1. With the four cases on the corners of a
square, equal targets lie diagonally opposite, so no line separates them.
"""

import keras
import numpy as np

from modelpress import AtLeast, AtMost, Live, Model, Near, Seeds
from modelpress.inputs.points import Points
from modelpress.outputs.map import Map

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
TRUTH = np.array([[0], [1], [1], [0]], np.float32)


def network():
    return keras.Sequential([
        keras.Input((2,), name="corner"),
        keras.layers.Dense(16, activation="sigmoid", name="hidden"),
        keras.layers.Dense(1, activation="sigmoid", name="answer"),
    ])


def linear():
    """The network without hidden neurons: a sigmoid of a·x + b·y + c."""
    return keras.Sequential([
        keras.Input((2,), name="corner"),
        keras.layers.Dense(1, activation="sigmoid", name="answer"),
    ])


def compile():
    return dict(optimizer=keras.optimizers.Adam(0.2), loss="mse")


def facts(net, history):
    predictions = net(CORNERS).numpy()
    line = linear()
    line.compile(**compile(), steps_per_execution=100)
    cases = [np.tile(values, (100, 1)) for values in (CORNERS, TRUTH)]
    line.fit(*cases, epochs=5, batch_size=4, shuffle=False, verbose=0)
    linear_predictions = line(CORNERS).numpy()
    return {
        "answers": predictions[:, 0],
        "corners_right": np.sum(predictions.round() == TRUTH),
        "linear_answers": linear_predictions[:, 0],
        "linear_loss": np.mean((linear_predictions - TRUTH) ** 2),
        # Number of corners that are clearly right.
        "linear_sure": np.sum(np.abs(linear_predictions - TRUTH) < 0.4),
    }


MODEL = Model(
    title="XOR",
    input=Points(x=(0, 1), y=(0, 1), names=("first", "second"), default=(0, 1)),
    output=Map(low=0, high=1, cells=20, labels=("same", "different"), marks=[
        (x, y, float(truth)) for (x, y), (truth,) in zip(CORNERS, TRUTH, strict=True)
    ]),
    data=lambda: (CORNERS, TRUTH),
    build=network,
    compile=compile,
    fit=dict(epochs=500, batch_size=4, shuffle=False),
    live=Live(losses=("mse", "binary_crossentropy"), rates=dict(sgd=2, momentum=1, rmsprop=0.05)),
    seeds=Seeds(30, reach=AtMost(1e-3)),
    facts=facts,
    expect={
        "corners_right": Near(4, within=0),
        "loss": AtMost(1e-3),
        "linear_loss": AtLeast(0.249),
        "linear_sure": AtMost(3),
    },
    tolerance=1e-5,
    intended="Learners who want to see what a hidden layer is for.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It has four training points. Between the corners it happens to join them in one way; "
    "another seed joins them differently.",
)
