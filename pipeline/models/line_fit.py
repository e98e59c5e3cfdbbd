"""One neuron finds the line through two points, by gradient descent on the mean squared error.

A neuron without an activation is the line y = m·x + b: its weight is the slope m, its bias is b.
"""

import inspect

import keras
import numpy as np
import tensorflow as tf

from modelpress import AtLeast, AtMost, Live, Model, Near, Seeds
from modelpress.inputs.number import Number
from modelpress.outputs.curve import Curve

X = np.array([[1], [2]], np.float32)  # the points are (1, 3) and (2, 5) …
Y = np.array([[3], [5]], np.float32)  # … so the exact answer is m = 2, b = 1
INITIAL_M, INITIAL_B = -1, 5
LEARNING_RATE = 0.1


def line(m=INITIAL_M, b=INITIAL_B):
    return keras.Sequential([
        keras.Input((1,), name="x"),
        keras.layers.Dense(
            1,
            kernel_initializer=keras.initializers.Constant(m),
            bias_initializer=keras.initializers.Constant(b),
            name="line",
        ),
    ])


def random_line():
    """The network with initial m and b drawn between −5 and 5."""
    random = dict.fromkeys(
        ("kernel_initializer", "bias_initializer"), keras.initializers.RandomUniform(-5, 5)
    )
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, **random, name="line")])


def squared_error(m, b):
    """The mean squared error of a line, and its derivatives with respect to m and b."""
    net = line(m, b)
    with tf.GradientTape() as tape:
        error = tf.reduce_mean((net(X) - Y) ** 2)
    slopes = tape.gradient(error, net.trainable_variables)
    return float(error), [slope.numpy().item() for slope in slopes]


def error_after_descent(rate, steps=100):
    """The mean squared error after `steps` of gradient descent at this learning rate."""
    m, b = INITIAL_M, INITIAL_B
    for _ in range(steps):
        error = m * X + b - Y
        m, b = m - rate * np.mean(2 * error * X), b - rate * np.mean(2 * error)
    return float(np.mean((m * X + b - Y) ** 2))


def facts(net, history):
    m, b = (weights.numpy().item() for weights in net.weights)
    mse, (slope_m, slope_b) = squared_error(INITIAL_M, INITIAL_B)
    # Eigenvalues of the Hessian: descent converges below 2 ÷ the largest curvature.
    curvature = np.linalg.eigvalsh(2 * np.array([[np.mean(X * X), np.mean(X)], [np.mean(X), 1]]))
    return {
        "m": m,
        "b": b,
        "first_mse": mse,
        "first_rmse": mse**0.5,
        "first_slope_m": slope_m,
        "first_slope_b": slope_b,
        "second_m": INITIAL_M - LEARNING_RATE * slope_m,
        "second_b": INITIAL_B - LEARNING_RATE * slope_b,
        "mse_one_point_hit": squared_error(-1, 4)[0],
        "mse_both_missed": squared_error(0, 4)[0],
        "mse_solution": squared_error(2, 1)[0],
        "largest_rate": float(2 / curvature[-1]),
        "mse_small_rate": error_after_descent(0.01),
        "mse_this_rate": error_after_descent(LEARNING_RATE),
        "mse_large_rate": error_after_descent(0.3),
        "default_optimizer": inspect.signature(keras.Model.compile).parameters["optimizer"].default,
    }


MODEL = Model(
    title="Line fit",
    input=Number(-1, 4, label="x", default=3),
    output=Curve(label="y", points=[(1, 3), (2, 5)]),
    data=lambda: (X, Y),
    build=line,
    compile=lambda: dict(optimizer=keras.optimizers.SGD(LEARNING_RATE), loss="mse"),
    fit=dict(epochs=1000, batch_size=2, shuffle=False),
    live=Live(losses=("mse", "mae"), rates=dict(adam=0.1)),
    # Random initial weights rather than (−1, 5), and few epochs, so that the runs still differ.
    seeds=Seeds(40, epochs=100, build=random_line),
    facts=facts,
    expect={
        "m": Near(2, within=1e-3),
        "b": Near(1, within=1e-3),
        "first_mse": Near(2.5, within=0),
        "mse_one_point_hit": Near(4.5, within=0),
        "mse_both_missed": Near(1, within=0),
        "mse_solution": Near(0, within=0),
        "first_slope_m": Near(-3, within=0),
        "first_slope_b": Near(-1, within=0),
        "loss": AtMost(1e-8),
        "mse_large_rate": AtLeast(1e3),
    },
    tolerance=1e-5,
    intended="Learners who see gradient descent with two parameters for the first time.",
    licence="Apache-2.0",
    date="2026-11",
    limits="A straight line fits only straight data, and two points just determine it. Beyond them "
    "the line continues forever; the data does not show whether the world does.",
)
