"""One neuron with a sigmoid draws the line between blue and orange points.

Its loss is binary cross-entropy: small where it is confident and right, and without limit where it
is confident and wrong.
"""

import keras
import numpy as np

from modelpress import AtLeast, AtMost, Live, Model, Near, Seeds
from modelpress.data import Data, Split
from modelpress.inputs.points import Points
from modelpress.outputs.map import Map

SEED = 1
POINTS_PER_COLOR = 60  # in the training set, and again in the test set
BLUE, ORANGE = (-1.2, -0.8), (1.0, 1.1)  # the centres of the two clouds
SPREAD = 1.0


def points(rng):
    """Two round clouds that overlap, so that no line separates them all: x (n, 2) and y (n, 1)."""
    blue = rng.normal(BLUE, SPREAD, (POINTS_PER_COLOR, 2)).clip(-4, 4)
    orange = rng.normal(ORANGE, SPREAD, (POINTS_PER_COLOR, 2)).clip(-4, 4)
    x = np.concatenate([blue, orange]).astype(np.float32)
    y = np.repeat([0, 1], POINTS_PER_COLOR)[:, np.newaxis].astype(np.float32)  # 0 blue, 1 orange
    return x, y


def data():
    rng = np.random.default_rng(SEED)
    return Data(
        train=Split(*points(rng), f"{2 * POINTS_PER_COLOR} points"),
        test=Split(*points(rng), f"{2 * POINTS_PER_COLOR} test points"),
        description="Points of two round clouds in the plane, drawn at random.",
        split=f"{2 * POINTS_PER_COLOR} points for training, "
        f"{2 * POINTS_PER_COLOR} others for testing",
    )


def live_data():
    """The data of the training in the browser: the test points are its validation set."""
    examples = data()
    return Data(train=examples.train, validation=examples.test)


def cross_entropy(truth, probability):
    return float(keras.losses.binary_crossentropy([[truth]], [[probability]])[0])


def facts(net, history):
    (weight_x, weight_y), bias = net.layers[-1].kernel[:, 0].numpy(), float(net.layers[-1].bias[0])
    return {
        "weight_x": weight_x,
        "weight_y": weight_y,
        "bias": bias,
        # On the line the sum is 0: weight_x·x + weight_y·y + bias = 0.
        "line_slope": -weight_x / weight_y,
        "line_crosses": -bias / weight_y,
        # The loss of one prediction, for an orange point (1) and for a blue one (0).
        "loss_half": cross_entropy(1, 0.5),
        "loss_orange_right": cross_entropy(1, 0.99),
        "loss_orange_wrong": cross_entropy(1, 0.01),
        "loss_blue_right": cross_entropy(0, 0.01),
        "loss_blue_wrong": cross_entropy(0, 0.99),
        # Confident and wrong would cost infinitely much; Keras clips at 1e-7 from 0 and 1.
        "loss_clipped": cross_entropy(1, 0.0),
    }


LABELS = ("blue", "orange")
TRAIN = data().train

MODEL = Model(
    title="Point separator",
    input=Points(x=(-4, 4), y=(-4, 4), default=(1, -0.5)),
    output=Map(low=0, high=1, labels=LABELS, marks=[
        (x, y, LABELS[int(k)]) for (x, y), (k,) in zip(TRAIN.x, TRAIN.y, strict=True)
    ]),
    data=data,
    build=lambda: keras.Sequential([
        keras.Input((2,), name="point"),
        # A weight for x, one for y and a bias; the sigmoid turns the sum into a probability.
        keras.layers.Dense(1, activation="sigmoid", name="orange"),
    ]),
    compile=lambda: dict(
        optimizer=keras.optimizers.SGD(0.5),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    ),
    fit=dict(epochs=200, batch_size=30),
    live=Live(data=live_data, losses=("binary_crossentropy", "mse")),
    seeds=Seeds(20),
    facts=facts,
    expect={
        "test_accuracy": 0.90,
        "loss_half": Near(0.6931, within=5e-5),
        "loss_clipped": Near(16.118, within=5e-4),
        "loss_orange_right": AtMost(0.011),
        "loss_orange_wrong": AtLeast(4.6),
    },
    tolerance=1e-5,
    intended="Learners who want to see a decision boundary move.",
    licence="Apache-2.0",
    date="2026-11",
    limits="One neuron draws one straight line. Where no straight line separates the colours, as "
    "in XOR, it is wrong however long it trains.",
)
