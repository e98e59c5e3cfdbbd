"""A network with far too many weights learns fifteen points by heart, noise and all.

On the points it was shown it beats a simple network; on new points of the same kind it loses to it.
"""

import keras
import numpy as np
from _noisy_sample import NOISE, POINTS, data, drawn
from overfitting_simple import MODEL as SIMPLE

from modelpress import AtLeast, AtMost, Live, Model, Seeds
from modelpress.inputs.number import Number
from modelpress.outputs.curve import Curve

EPOCHS = SIMPLE.fit["epochs"]


def rivals(net, rows):
    """RMSE of this network and of the simple one, on its own sample and on the new one: the simple
    one is trained here on the same points just as long."""
    own, new = rows.train, rows.validation
    keras.utils.set_random_seed(SIMPLE.seed)
    simple = SIMPLE.build()
    simple.compile(**SIMPLE.compile(), steps_per_execution=EPOCHS)
    again = [np.tile(values, (EPOCHS, 1)) for values in (own.x, own.y)]
    simple.fit(*again, batch_size=POINTS, shuffle=False, verbose=0)
    return {
        "own": rmse(net, own), "new": rmse(net, new),
        "simple_own": rmse(simple, own), "simple_new": rmse(simple, new),
    }


def rmse(net, part):
    return np.sqrt(np.mean((net(part.x.astype(np.float32)) - part.y) ** 2))


def facts(net, history):
    found = rivals(net, data())
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
    output=Curve(label="y", **drawn()),
    data=data,
    build=lambda: keras.Sequential([
        keras.Input((1,), name="x"),
        # Over a thousand weights for each of the fifteen points.
        keras.layers.Dense(128, activation="relu", name="hidden_1"),
        keras.layers.Dense(128, activation="relu", name="hidden_2"),
        keras.layers.Dense(1, name="y"),
    ]),
    compile=SIMPLE.compile,  # trained as the simple one is; only the network differs
    fit=SIMPLE.fit,
    live=Live(rates=dict(rmsprop=0.001), replay=40),  # later, rounding decides which ReLU opens
    seeds=Seeds(10, measure="val_rmse"),
    facts=facts,
    expect={
        "wins_on_its_own": AtLeast(1.2),
        "loses_on_a_new_one": AtLeast(1.05),
        "rmse": AtMost(0.2),
    },
    tolerance=1e-5,
    limits="Made to show a fault. It is sure of itself everywhere and right only where it was "
    "shown the answer; between and beyond its points it follows their noise.",
)
