"""Nine sigmoids divided by their sum, instead of a softmax: they add up to 1, and learn too slowly.

At the start each of the nine is about one half, so each probability is one ninth. To raise one
probability the eight others have to fall to zero, where a sigmoid is flat and its gradient
vanishes. Softmax takes the scores themselves, and only their differences count.
"""

import keras
import numpy as np

from datasets.color_survey import LABELS, read_named_colors
from modelpress import AtMost, Failure, Training

COLORS = {
    "tomato": ((239, 64, 38), "red-ish"),
    "lavender": ((199, 159, 239), "purple-ish"),
    "mud": ((115, 92, 18), "brown-ish"),
    "grass": ((92, 172, 45), "green-ish"),
}


def shares(scores):
    """Each score divided by the sum of all."""
    return scores / keras.ops.sum(scores, axis=-1, keepdims=True)


def network(*last):
    return keras.Sequential([
        keras.Input((3,), name="rgb"),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Dense(16, activation="sigmoid", name="hidden"),
        *last,
    ])


FAILURE = Failure(
    title="Sigmoids divided by their sum",
    wrong=Training(
        data=read_named_colors,
        build=lambda: network(
            keras.layers.Dense(len(LABELS), activation="sigmoid", name="words"),
            keras.layers.Activation(shares),
        ),
        compile=lambda: dict(
            optimizer=keras.optimizers.SGD(0.2),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
        ),
        fit=dict(epochs=20, batch_size=32),
    ),
    repaired=Training(
        build=lambda: network(
            keras.layers.Dense(len(LABELS), activation="softmax", name="words"),
        ),
    ),
    repair="Let softmax do it",
    measure="val_accuracy",
    measured="accuracy on held-out colours",
    fails=AtMost(0.4),
    curve="val_accuracy",
    examples={
        name: (rgb, np.eye(len(LABELS))[LABELS.index(word)]) for name, (rgb, word) in COLORS.items()
    },
    outputs=LABELS,
)
