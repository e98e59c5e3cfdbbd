"""A network predicts the opposite of any colour on the colour wheel.

It is not given the rule. It learns from random colours and their opposites, and comes so near that
the eye sees no difference.
"""

import keras
import numpy as np

from modelpress import AtMost, Live, Model, Near, Seeds
from modelpress.data import Data, Split
from modelpress.inputs.color import Color
from modelpress.outputs.swatch import Swatch

# Seventeen colours of Material Design's palette, for the figures.
SEVENTEEN = np.array([
    (244, 67, 54), (233, 30, 99), (156, 39, 176), (103, 58, 183), (63, 81, 181), (33, 150, 243),
    (76, 175, 80), (139, 195, 74), (205, 220, 57), (255, 235, 59), (255, 193, 7), (255, 152, 0),
    (255, 87, 34), (121, 85, 72), (158, 158, 158), (96, 125, 139), (0, 0, 0),
], np.float32)


def opposite(rgb):
    """The colour half-way round the wheel (hue + 180° in HSL): max + min − channel."""
    return rgb.max(axis=1, keepdims=True) + rgb.min(axis=1, keepdims=True) - rgb


def colors(count, seed):
    """Random colours from 0 to 255 and their opposites from 0 to 1, (count, 3) each."""
    rgb = np.random.default_rng(seed).integers(0, 256, (count, 3)).astype(np.float32)
    return rgb, opposite(rgb) / 255


def data():
    return Data(
        train=Split(*colors(10_000, seed=1), "10,000 random colours"),
        test=Split(*colors(10_000, seed=2), "10,000 further random colours"),
        description="Random colours, each with the one opposite on the wheel.",
        split="10,000 random colours for training, 10,000 others for testing",
    )


def live_data():
    """The data of this network's first demonstration, and a validation set."""
    return Data(
        train=Split(*colors(10_000, seed=1), "10,000 random colours"),
        validation=Split(*colors(1_000, seed=2), "1,000 further random colours"),
    )


def network():
    return keras.Sequential([
        keras.Input((3,), name="rgb"),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Dense(64, activation="relu", name="hidden_1"),
        keras.layers.Dense(32, activation="relu", name="hidden_2"),
        keras.layers.Dense(16, activation="relu", name="hidden_3"),
        # No activation at the end: a ReLU here may be stuck at 0, and then never learns.
        keras.layers.Dense(3, name="opposite"),
    ])


def errors(net, rgb):
    """The absolute error of each channel, on the scale 0 to 255."""
    return np.abs(net(rgb) * 255 - opposite(rgb))


def dead_channels(net):
    """Number of output channels whose prediction is the same for every colour."""
    return np.sum(np.std(net(colors(1000, seed=3)[0]), axis=0) < 1e-3)


def facts(net, history):
    average = colors(10_000, seed=1)[1].mean(axis=0) * 255
    return {
        "median_error_17": np.median(errors(net, SEVENTEEN)),
        "largest_error_17": np.max(errors(net, SEVENTEEN)),
        "median_error": np.median(errors(net, colors(10_000, seed=2)[0])),
        # The error of a constant prediction, the average colour.
        "average_guess_error": np.median(np.abs(opposite(SEVENTEEN) - average)),
        "dead_channels": dead_channels(net),
    }


MODEL = Model(
    title="Complementary colour",
    input=Color(default="#f44336"),
    output=Swatch(max=1),
    data=data,
    build=network,
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, steps)),
        loss="mse",
    ),
    fit=dict(epochs=20, batch_size=25),
    live=Live(
        data=live_data,
        compile=lambda: dict(optimizer=keras.optimizers.SGD(0.1), loss="mse"),
        fit=dict(epochs=3, batch_size=25),  # 1,000 batches are two and a half
        replay=200,
        rates=dict(adam=0.003, rmsprop=0.001),
        probe=lambda: (SEVENTEEN, opposite(SEVENTEEN) / 255),
    ),
    seeds=Seeds(20, measure="val_loss"),
    facts=facts,
    expect={
        "median_error_17": AtMost(3),
        "median_error": AtMost(3),
        "dead_channels": Near(0, within=0),
    },
    tolerance=1e-5,
    intended="Learners who want to compare a learned rule with the rule itself.",
    licence="Apache-2.0",
    date="2026-11",
    limits="The rule is one line of arithmetic, and exact; the network only approximates it. It "
    "shows how a network learns a rule from examples, and is not for choosing colours in print.",
)
