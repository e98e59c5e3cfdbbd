"""Trained on colours divided by 255, then used with colours that are not divided.

The training and its curve look right. But the inputs that follow are up to 255 times as large as
those of the training set, and drive every hidden neuron to one of its two ends.
"""

import keras
import numpy as np

from datasets.color_survey import LABELS, read_named_colors
from modelpress import AtMost, Failure, Training
from modelpress.data import Data, Split

COLORS = {
    "tomato": ((239, 64, 38), "red-ish"),
    "lavender": ((199, 159, 239), "purple-ish"),
    "mud": ((115, 92, 18), "brown-ish"),
    "grass": ((92, 172, 45), "green-ish"),
}


def divided_in_training_only():
    named = read_named_colors()
    return Data(
        train=Split(named.train.x / 255, named.train.y),
        validation=named.validation,
        split="named colours: nine tenths for training, divided by 255; one tenth, raw, "
        "for validation",
        show_rows=True,
    )


def network(*first):
    return keras.Sequential([
        keras.Input((3,), name="rgb"),
        *first,
        keras.layers.Dense(16, activation="sigmoid", name="hidden"),
        keras.layers.Dense(len(LABELS), activation="softmax", name="words"),
    ])


FAILURE = Failure(
    title="Raw colours for a network trained on 0 to 1",
    wrong=Training(
        data=divided_in_training_only,
        build=network,
        compile=lambda: dict(
            optimizer=keras.optimizers.SGD(0.5, momentum=0.9),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
        ),
        fit=dict(epochs=20, batch_size=32),
    ),
    repaired=Training(
        data=read_named_colors,
        build=lambda: network(keras.layers.Rescaling(1 / 255)),
    ),
    repair="Make the division a layer",
    measure="val_accuracy",
    measured="accuracy on held-out colours",
    fails=AtMost(0.65),
    curve="val_accuracy",
    examples={
        name: (rgb, np.eye(len(LABELS))[LABELS.index(word)]) for name, (rgb, word) in COLORS.items()
    },
    outputs=LABELS,
)
