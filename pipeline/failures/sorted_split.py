"""The last tenth of a sorted table, held out for validation.

The examples are named colours, sorted by their word. The last tenth then holds words that are rare
or missing in the training set. Keras' own `validation_split` takes the last examples, too.
"""

import keras
import numpy as np

from datasets.color_survey import LABELS, one_hot
from datasets.color_words import named_colors
from modelpress import AtMost, Failure, Training
from modelpress.data import Data, Split

COLORS = {
    "lemon": ((253, 255, 82), "yellow-ish"),
    "tomato": ((239, 64, 38), "red-ish"),
    "grass": ((92, 172, 45), "green-ish"),
}


def table(order):
    """All named colours in this order, split into a training set and the last tenth."""
    colors, words = named_colors()
    x, y = np.array(colors, np.float32), one_hot(f"{word}-ish" for word in words)
    rows = order(words)
    train, last = rows[: -(len(x) // 10)], rows[-(len(x) // 10) :]
    return Split(x[train], y[train]), Split(x[last], y[last])


def by_word():
    train, last = table(lambda words: np.argsort(words, kind="stable"))
    return Data(train, last, split="named colours sorted by word: the last tenth for validation")


def at_random():
    train, last = table(lambda words: np.random.default_rng(1).permutation(len(words)))
    return Data(train, last, split="named colours shuffled: a random tenth for validation")


FAILURE = Failure(
    title="The last tenth of a sorted table",
    wrong=Training(
        data=by_word,
        build=lambda: keras.Sequential([
            keras.Input((3,), name="rgb"),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Dense(16, activation="sigmoid", name="hidden"),
            keras.layers.Dense(len(LABELS), activation="softmax", name="words"),
        ]),
        compile=lambda: dict(
            optimizer=keras.optimizers.SGD(0.5, momentum=0.9),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
        ),
        fit=dict(epochs=20, batch_size=32),
    ),
    repaired=Training(data=at_random),
    repair="Shuffle before splitting",
    measure="val_accuracy",
    measured="accuracy on the held-out colours",
    fails=AtMost(0.6),
    curve="val_accuracy",
    examples={
        name: (rgb, np.eye(len(LABELS))[LABELS.index(word)]) for name, (rgb, word) in COLORS.items()
    },
    outputs=LABELS,
)
