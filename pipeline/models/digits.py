"""A network of three layers reads a digit drawn by hand.

It knows nothing of strokes and loops: it was shown many pictures of 28×28 pixels, each with its
digit.
"""

import keras

from datasets.few_digits import few_digits
from datasets.mnist import LABELS, mnist
from modelpress import Live, Model
from modelpress.data.augment import warped
from modelpress.inputs.drawing import Drawing
from modelpress.outputs.classes import Classes

MODEL = Model(
    title="Handwritten digits",
    input=Drawing(),
    output=Classes(LABELS),
    data=mnist,
    build=lambda: keras.Sequential([
        # 28×28 pixels, from 0 (paper) to 255 (ink) …
        keras.Input((28, 28), name="picture"),
        # … become numbers from 0 to 1, in one long row of 784.
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        # 512 neurons, each looking at the whole picture, and 512 that look at those.
        keras.layers.Dense(512, activation="relu", name="hidden_1"),
        # While it learns, a fifth of the neurons fall silent, others each time: none is relied on.
        keras.layers.Dropout(0.2),
        keras.layers.Dense(512, activation="relu", name="hidden_2"),
        keras.layers.Dropout(0.2),
        # One score a digit; softmax makes ten probabilities of them that add up to 1.
        keras.layers.Dense(10, activation="softmax", name="digit"),
    ]),
    # The steps get smaller along half a cosine, down to nothing at the end.
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.0015, steps)),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    ),
    # In each epoch every picture is a little shifted, turned, leant, stretched and bent, by chance.
    augment=lambda x, rng: warped(x, rng, shift=0.4, turn=0.08, zoom=0.08, slant=0.08, bend=1.0),
    fit=dict(epochs={"builtin": 5, "local": 20, "download": 20}, batch_size=128),
    # In the browser: as much as a telephone can do, always from digits of our own strokes.
    live=Live(
        data=few_digits,
        compile=lambda: dict(
            optimizer=keras.optimizers.Adam(0.001),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
        ),
        fit=dict(epochs=5, batch_size=32),
        replay=16,
        rates=dict(rmsprop=0.0005),
        tolerance=1e-3,
        tolerance_reason="Where a ReLU's sum is nearly 0, rounding decides whether it opens, and "
        "that moves its weights by some ten-thousandths.",
    ),
    expect={
        "test_accuracy": {"local": 0.99, "download": 0.99, "builtin": 0.95},
        # MNIST's test images, where they are at hand: the network never saw one of MNIST's.
        "real_accuracy": {"builtin": 0.965},
    },
    limits="It knows ten digits, one at a time, upright and alone in the picture. Whatever else is "
    "drawn, a letter or a cat, it calls a digit too, and often with confidence. Not for reading "
    "anything that matters, such as a cheque or a dose.",
)
