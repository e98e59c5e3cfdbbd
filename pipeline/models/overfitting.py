"""A network with far too many weights memorises fifteen points, noise included.

On its training points it beats a simple network; on new points of the same kind it loses to it.
"""

import keras
import numpy as np
from _noisy_sample import NOISE, POINTS, data, points_and_truth
from overfitting_simple import MODEL as SIMPLE

from modelpress import AtLeast, AtMost, Live, Model, Seeds
from modelpress.inputs.number import Number
from modelpress.outputs.curve import Curve

EPOCHS = SIMPLE.fit["epochs"]


def compare(net, examples):
    """RMSE of this network and of the simple one, on the training sample and on the new one.

    The simple one is trained here, on the same points for just as long.
    """
    own, new = examples.train, examples.validation
    keras.utils.set_random_seed(SIMPLE.seed)
    simple = SIMPLE.build()
    simple.compile(**SIMPLE.compile(), steps_per_execution=EPOCHS)
    repeated = [np.tile(values, (EPOCHS, 1)) for values in (own.x, own.y)]
    simple.fit(*repeated, batch_size=POINTS, shuffle=False, verbose=0)
    return {
        "own": rmse(net, own), "new": rmse(net, new),
        "simple_own": rmse(simple, own), "simple_new": rmse(simple, new),
    }


def rmse(net, part):
    return np.sqrt(np.mean((net(part.x.astype(np.float32)) - part.y) ** 2))


def facts(net, history):
    found = compare(net, data())
    return {
        **{f"rmse_{name}": value for name, value in found.items()},
        "noise": NOISE,
        "wins_on_its_own": found["simple_own"] / found["own"],
        "loses_on_a_new_one": found["new"] / found["simple_new"],
        "best_epoch": np.argmin(history["val_rmse"]) + 1,
        "best_val_rmse": np.min(history["val_rmse"]),
    }


MODEL = Model(
    title="Overfitting: the complex model",
    input=Number(-1, 1, label="x", default=0.5),
    output=Curve(label="y", **points_and_truth()),
    data=data,
    build=lambda: keras.Sequential([
        keras.Input((1,), name="x"),
        # More than a thousand weights for each of the fifteen points.
        keras.layers.Dense(128, activation="relu", name="hidden_1"),
        keras.layers.Dense(128, activation="relu", name="hidden_2"),
        keras.layers.Dense(1, name="y"),
    ]),
    compile=SIMPLE.compile,  # the same training as for the simple model; only the network differs
    fit=SIMPLE.fit,
    live=Live(rates=dict(rmsprop=0.001), replay=40),  # later, rounding decides which ReLU is active
    seeds=Seeds(10, measure="val_rmse"),
    facts=facts,
    expect={
        "wins_on_its_own": AtLeast(1.2),
        "loses_on_a_new_one": AtLeast(1.05),
        "rmse": AtMost(0.2),
    },
    tolerance=1e-5,
    intended="Learners who want to see overfitting happen.",
    licence="Apache-2.0",
    date="2026-11",
    limits="Made to show overfitting. It is right only at its training points; between and beyond "
    "them it follows their noise.",
)
