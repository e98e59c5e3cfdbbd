"""A softmax of sigmoid outputs: its nine scores then lie between 0 and 1.

Softmax takes a layer's raw scores, of any size. With scores between 0 and 1 its largest probability
is e / (e + 8), about a quarter, and the loss can't fall below minus the logarithm of that.
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


def network(scores):
    return keras.Sequential([
        keras.Input((3,), name="rgb"),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Dense(16, activation="sigmoid", name="hidden"),
        keras.layers.Dense(len(LABELS), activation=scores, name="words"),
        keras.layers.Softmax(),
    ])


def largest_probability(net, data):
    """The largest probability that it predicts for any training colour."""
    return np.max(net(data.train.x))


FAILURE = Failure(
    title="A softmax of sigmoids",
    wrong=Training(
        data=read_named_colors,
        build=lambda: network("sigmoid"),
        compile=lambda: dict(
            optimizer=keras.optimizers.SGD(0.5, momentum=0.9),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
        ),
        fit=dict(epochs=20, batch_size=32),
    ),
    repaired=Training(build=lambda: network(None)),
    repair="Give softmax the raw scores",
    measure=largest_probability,
    measured="largest probability",
    fails=AtMost(0.26),
    examples={
        name: (rgb, np.eye(len(LABELS))[LABELS.index(word)]) for name, (rgb, word) in COLORS.items()
    },
    outputs=LABELS,
)
