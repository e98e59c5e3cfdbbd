"""A network of three layers, the same as for digits, reads the letter that a hand shows.

It reads 24 letters of the American Sign Language alphabet: J and Z are movements, which no single
picture can show.
"""

import keras

from datasets.drawn_hands import examples
from datasets.sign_mnist import LABELS, sign_mnist
from modelpress import Model
from modelpress.data.augment import warped
from modelpress.inputs.camera import Camera
from modelpress.outputs.classes import Classes

MODEL = Model(
    title="Sign letters",
    input=Camera(examples=examples("LYBCVF")),
    output=Classes(LABELS),
    data=sign_mnist,
    build=lambda: keras.Sequential(
        [
            # 28×28 pixels, from 0 (black) to 255 (white) …
            keras.Input((28, 28), name="picture"),
            # … scaled to 0 to 1, as one vector of 784.
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            # 512 neurons, each connected to the whole picture, and 512 connected to those.
            keras.layers.Dense(512, activation="relu", name="hidden_1"),
            # In training, a random part of the activations is 0: it relies on no single one.
            keras.layers.Dropout(0.3),
            keras.layers.Dense(512, activation="relu", name="hidden_2"),
            keras.layers.Dropout(0.3),
            # One score for each letter; softmax turns them into 24 probabilities.
            keras.layers.Dense(len(LABELS), activation="softmax", name="letter"),
        ]
    ),
    # The learning rate falls along half a cosine, to 0 at the end.
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.001, steps)),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    ),
    # In each epoch every picture is shifted, turned and scaled a little at random.
    augment=lambda x, rng: warped(x, rng, shift=0.8, turn=0.06, zoom=0.05, edge=True),
    fit=dict(epochs={"builtin": 14, "local": 12, "download": 12}, batch_size=128),
    weights="uint8",
    expect={
        "test_accuracy": {"local": 0.85, "download": 0.85, "builtin": 0.55},
    },
    intended="Learners who compare a test accuracy with their own hand. Not for people who sign.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It reads one still hand that fills a square picture before a plain background, and "
    "predicts one of 24 letters for any picture, even for a face. It does not understand sign "
    "languages, which are made of movement, both hands, face and grammar, and it must not replace "
    "an interpreter.",
)
