"""A network of a single hidden neuron finds the curve behind fifteen noisy points.

It is too stiff to follow the noise, and so it generalises to new points.
"""

import keras
from _noisy_sample import NOISE, data, points_and_truth

from modelpress import AtMost, Live, Model
from modelpress.inputs.number import Number
from modelpress.outputs.curve import Curve

MODEL = Model(
    title="Overfitting: the simple model",
    input=Number(-1, 1, label="x", default=0.5),
    output=Curve(label="y", **points_and_truth()),
    data=data,
    build=lambda: keras.Sequential([
        keras.Input((1,), name="x"),
        # One neuron: an S, whose place, steepness and height are learned.
        keras.layers.Dense(1, activation="tanh", name="hidden"),
        keras.layers.Dense(1, name="y"),
    ]),
    compile=lambda: dict(
        optimizer=keras.optimizers.Adam(0.005),
        loss="mse",
        metrics=[keras.metrics.RootMeanSquaredError(name="rmse")],
    ),
    fit=dict(epochs=2000, batch_size=15, shuffle=False),
    # Later, where the slope is almost 0, rounding decides the direction of RMSprop's step.
    live=Live(replay=40),
    # On new points no model can be better than their noise.
    expect={"val_rmse": AtMost(1.35 * NOISE)},
    tolerance=1e-5,
    intended="Learners who want a model that generalises beside one that does not.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It can only draw an S. It fits a curve with more bends badly, with any number of "
    "points: that is underfitting, the opposite of overfitting.",
)
