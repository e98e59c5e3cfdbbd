"""A small network names any colour with one of nine words.

Its examples are colours that people were shown on a screen and the words they gave them.
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
        # … become numbers from 0 to 1. The division is part of the model: nobody can forget it.
        keras.layers.Rescaling(1 / 255),
        # 16 neurons, each a soft yes or no to a question about the three numbers.
        keras.layers.Dense(16, activation="sigmoid", name="hidden"),
        # One score a word; softmax makes nine probabilities of them that add up to 1.
        keras.layers.Dense(len(LABELS), activation="softmax", name="words"),
    ]),
    compile=dict(
        optimizer=keras.optimizers.SGD(learning_rate=0.2),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    ),
    fit=dict(epochs=200, batch_size=32, shuffle=True),
    # An epoch of 4,000 rows is 125 batches of 32.
    live=Live(rows=4000, replay=125, losses=("categorical_crossentropy", "mse")),
    seeds=Seeds(12, measure="val_accuracy"),
    seed=1,
    expect={
        # Over raters (the survey) or names (the built-in set) that were kept out of the training.
        "val_accuracy": {"local": 0.72, "download": 0.72, "builtin": 0.80},
        # Over those raters too, after training on names alone; where the survey is at hand.
        "real_accuracy": {"builtin": 0.70},
    },
    limits="Nine words of American English, as people on the internet used them for colours on "
    "their own screens. Other languages and other people draw other borders, and where two words "
    "are nearly even, neither is wrong. Not for judging what somebody can see.",
)
