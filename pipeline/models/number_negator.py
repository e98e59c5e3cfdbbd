"""One weight learns to flip a number's sign, by gradient descent written out by hand.

The network is `output = input · w`, without a bias. From a single example, 3.0 → −3.0, it has to
learn that w must be −1.
"""

import keras
import numpy as np
import tensorflow as tf

from modelpress import AtMost, Live, Model, Near
from modelpress.inputs.number import Number as NumberInput
from modelpress.outputs.number import Number as NumberOutput

EXAMPLE, TARGET = 3.0, -3.0
INITIAL_WEIGHT = 0.5
LEARNING_RATE = 0.01
ITERATIONS = 40


def step(w):
    """Take one step of gradient descent. Returns the loss and the gradient before the step."""
    with tf.GradientTape() as tape:  # the tape records what is computed from w …
        prediction = EXAMPLE * w
        loss = (TARGET - prediction) ** 2
    gradient = tape.gradient(loss, w)  # … and returns the derivative of the loss
    w.assign_add(gradient * -LEARNING_RATE)  # step against the gradient
    return loss, gradient


def train(run):
    w = tf.Variable(INITIAL_WEIGHT, dtype=tf.float64)  # 16 digits, as in a textbook's arithmetic
    run.net.set_weights([w.numpy().reshape(1, 1)])
    run.keep(0, ITERATIONS)  # checkpoints for the page
    for iteration in range(1, ITERATIONS + 1):
        loss, gradient = step(w)
        run.log(iteration, ITERATIONS, loss=loss, gradient=gradient, weight=w)
        run.net.set_weights([w.numpy().reshape(1, 1)])
        run.keep(iteration, ITERATIONS)
    return run.net


def facts(net, history):
    """Numbers for the page.

    1,000 iterations in float32, with its seven digits, show where rounding stops the descent.
    """
    w, losses, weights = tf.Variable(INITIAL_WEIGHT), [], []
    for _ in range(1000):
        losses.append(float(step(w)[0]))
        weights.append(float(w))
    stalled = next(i for i in range(1, 1000) if weights[i] == weights[i - 1])
    return {
        "first_loss": history["loss"][0],
        "second_loss": history["loss"][1],
        "loss_21": history["loss"][20],
        "loss_40": history["loss"][39],
        "first_weight": INITIAL_WEIGHT,
        "second_weight": history["weight"][0],
        "final_weight": history["weight"][-1],
        "minus_three_gives": float(net(tf.constant([[-3.0]]))[0, 0]),
        "iterations": ITERATIONS,
        "loss_40_float32": losses[39],
        "stalls_at": stalled,  # the last iteration that changed the weight
        "stalled_weight": weights[-1],
        "stalled_loss": losses[-1],
        "stalled_short_of_one": 1.0 + weights[-1],
    }


def network(**settings):
    return keras.Sequential([
        keras.Input((1,), name="number"),
        keras.layers.Dense(1, use_bias=False, name="weight", **settings),
    ])


MODEL = Model(
    title="Number negator",
    input=NumberInput(-10, 10, step=0.1, default=3),
    output=NumberOutput(),
    build=network,
    train=train,
    # The same descent by Keras' own SGD, which the reader's browser repeats.
    live=Live(
        data=lambda: (np.array([[EXAMPLE]]), np.array([[TARGET]])),
        build=lambda: network(kernel_initializer=keras.initializers.Constant(INITIAL_WEIGHT)),
        compile=lambda: dict(optimizer=keras.optimizers.SGD(LEARNING_RATE), loss="mse"),
        fit=dict(epochs=ITERATIONS, batch_size=1),
        replay=ITERATIONS,
        rates=dict(sgd=LEARNING_RATE, momentum=0.005, rmsprop=0.05, adam=0.05),
        tolerance=5e-6,  # losses are around 20, where float32's last digit is 2e-6
    ),
    facts=facts,
    expect={
        "first_loss": Near(20.25, within=0),
        "second_loss": Near(13.6161, within=5e-5),
        "loss_21": Near(0.00723, within=5e-6),
        "loss_40": Near(3.836e-6, within=5e-10),
        "first_weight": Near(0.5, within=0),
        "second_weight": Near(0.23, within=5e-8),
        "final_weight": Near(-0.99946, within=5e-6),
        "minus_three_gives": Near(3.0, within=0.002),
        "stalled_loss": AtMost(1e-12),
    },
    tolerance=1e-5,
    intended="Learners who see gradient descent for the first time.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It can only multiply. Its error grows in proportion to the size of the number.",
)
