"""A small network names any colour with one of nine words.

Its examples are screen colours and the words that people gave them.
"""

import keras

from datasets.color_survey import LABELS, color_survey
from modelpress import Live, Model, Seeds
from modelpress.inputs.color import Color
from modelpress.outputs.classes import Classes

MODEL = Model(
    title="Colour classifier",
    input=Color(),
    output=Classes(LABELS),
    data=color_survey,
    build=lambda: keras.Sequential([
        # Red, green and blue, from 0 to 255 as on any screen …
        keras.Input((3,), name="rgb"),
        # … scaled to 0 to 1. The division is part of the model, so it can't be forgotten.
        keras.layers.Rescaling(1 / 255),
        # 16 neurons, each a soft yes or no to a question about the three numbers.
        keras.layers.Dense(16, activation="sigmoid", name="hidden"),
        # One score for each word; softmax turns them into nine probabilities that add up to 1.
        keras.layers.Dense(len(LABELS), activation="softmax", name="words"),
    ]),
    compile=dict(
        optimizer=keras.optimizers.SGD(learning_rate=0.2),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    ),
    fit=dict(epochs=200, batch_size=32, shuffle=True),
    # An epoch of 4,000 examples is 125 batches of 32.
    live=Live(rows=4000, replay=125, losses=("categorical_crossentropy", "mse")),
    seeds=Seeds(12, measure="val_accuracy"),
    seed=1,
    expect={
        # On held-out raters (the survey) or held-out names (the built-in set).
        "val_accuracy": {"local": 0.72, "download": 0.72, "builtin": 0.80},
        # On the held-out raters, after training on names alone; where the survey is available.
        "real_accuracy": {"builtin": 0.70},
    },
    intended="Learners who want to see nine probabilities compete.",
    licence="Apache-2.0",
    date="2026-11",
    limits="Nine words of American English, as people on the internet used them for colours on "
    "their own screens. Other languages and other people set other boundaries, and where two words "
    "are nearly even, neither is wrong. Not for testing anyone's colour vision.",
)
