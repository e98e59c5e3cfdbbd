"""A network of three layers reads a digit drawn by hand.

It has no notion of strokes and loops: it learns from many pictures of 28×28 pixels and their
digits.
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
        # … scaled to 0 to 1, as one vector of 784.
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        # 512 neurons, each connected to the whole picture, and 512 connected to those.
        keras.layers.Dense(512, activation="relu", name="hidden_1"),
        # In training, a random fifth of the activations is 0, so that it relies on no single one.
        keras.layers.Dropout(0.2),
        keras.layers.Dense(512, activation="relu", name="hidden_2"),
        keras.layers.Dropout(0.2),
        # One score for each digit; softmax turns them into probabilities that add up to 1.
        keras.layers.Dense(10, activation="softmax", name="digit"),
    ]),
    # The learning rate falls along half a cosine, to 0 at the end.
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.0015, steps)),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    ),
    # In each epoch every picture is a little shifted, turned, slanted, scaled and bent at random.
    augment=lambda x, rng: warped(x, rng, shift=0.4, turn=0.08, zoom=0.08, slant=0.08, bend=1.0),
    fit=dict(epochs={"builtin": 5, "local": 20, "download": 20}, batch_size=128),
    weights="uint8",
    # In the browser: small enough for a phone, always on digits drawn with this project's strokes.
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
        tolerance_reason="Where a ReLU's sum is nearly 0, rounding decides whether it is active, "
        "and that moves its weights by some ten-thousandths.",
    ),
    expect={
        "test_accuracy": {"local": 0.99, "download": 0.99, "builtin": 0.95},
        # MNIST's test images, where they are available: no image of MNIST is in the training set.
        "real_accuracy": {"builtin": 0.965},
    },
    intended="Learners who want to look inside a network that reads their own drawing.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It knows ten digits, one at a time, upright and alone in the picture. For a letter, a "
    "cat or anything else it predicts a digit too, often with confidence. Not for reading "
    "anything that matters, such as a cheque or a dose.",
)
