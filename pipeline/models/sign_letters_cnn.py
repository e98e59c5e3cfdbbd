"""A convolutional network, which finds fingers anywhere, reads the letter that a hand shows.

It reads 24 letters of the American Sign Language alphabet: J and Z are movements, which no single
picture can show.
"""

import keras

from datasets.drawn_hands import examples
from datasets.sign_mnist import LABELS, sign_mnist
from modelpress import Model
from modelpress.data.augment import mirrored, warped
from modelpress.inputs.camera import Camera
from modelpress.outputs.classes import Classes


def convolution(filters, window, stride=1):
    """The layers of a convolution, with batch normalisation and a ReLU."""
    return [
        keras.layers.Conv2D(filters, window, strides=stride, padding="same", use_bias=False),
        # The average covers about ten batches. With Keras' default of 0.99 it lags behind the
        # weights for epochs, and the validation accuracy jumps up and down.
        keras.layers.BatchNormalization(momentum=0.9),
        keras.layers.ReLU(),
    ]


MODEL = Model(
    title="Sign letters, convolutional",
    input=Camera(examples=examples("LYBCVF")),
    output=Classes(LABELS),
    data=sign_mnist,
    build=lambda: keras.Sequential(
        [
            # 28×28 pixels, from 0 (black) to 255 (white), scaled to 0 to 1.
            keras.Input((28, 28), name="picture"),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Reshape((28, 28, 1)),
            # 24 filters of 5×5 weights, moved two pixels at a time: 24 feature maps of 14×14 …
            *convolution(24, 5, stride=2),
            # … then 32 of 14×14, and 80 of 7×7: fewer places, more features for each.
            *convolution(32, 3),
            keras.layers.MaxPooling2D(),
            *convolution(80, 3),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            # In training, a random part of the values is 0: it relies on no single one.
            keras.layers.Dropout(0.3),
            keras.layers.Dense(128, activation="relu", name="hidden"),
            keras.layers.Dropout(0.3),
            # One score for each letter; softmax turns them into 24 probabilities.
            keras.layers.Dense(len(LABELS), activation="softmax", name="letter"),
        ]
    ),
    # The learning rate falls along half a cosine, to 0 at the end.
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, steps)),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    ),
    # In each epoch every picture is moved, turned and scaled a little; some are mirrored.
    augment=lambda x, rng: warped(
        mirrored(x, rng, 0.05), rng, shift=0.8, turn=0.06, zoom=0.05, edge=True
    ),
    fit=dict(epochs={"builtin": 12, "local": 12, "download": 12}, batch_size=128),
    expect={
        "test_accuracy": {"local": 0.99, "download": 0.99, "builtin": 0.93},
        # The real set's test images, where available: no photograph is in the training set.
        "real_accuracy": {"builtin": 0.68},
    },
    intended="Learners who compare a test accuracy with their own hand. Not for people who sign.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It reads one still hand that fills a square picture before a plain background, and "
    "predicts one of 24 letters for any picture, even for a face. It does not understand sign "
    "languages, which are made of movement, both hands, face and grammar, and it must not replace "
    "an interpreter.",
)
