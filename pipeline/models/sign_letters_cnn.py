"""A network that looks for edges and fingers wherever they are reads the letter that a hand shows.

24 letters of the American Sign Language alphabet: J and Z are movements, which no single picture
can show.
"""

import keras

from datasets.drawn_hands import examples
from datasets.sign_mnist import LABELS, sign_mnist
from modelpress import Model
from modelpress.data.augment import mirrored, warped
from modelpress.inputs.camera import Camera
from modelpress.outputs.classes import Classes


def convolution(filters, window, stride=1):
    """Small windows sliding over the picture, their scores brought to one scale, and a ReLU."""
    return [
        keras.layers.Conv2D(filters, window, strides=stride, padding="same", use_bias=False),
        # The scale follows the last ten or so batches: at 0.99, Keras' own, it lags behind the
        # weights for epochs, and the accuracy on other pictures jumps up and down.
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
            # 28×28 pixels, from 0 (black) to 255 (white), become numbers from 0 to 1.
            keras.Input((28, 28), name="picture"),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Reshape((28, 28, 1)),
            # 24 windows of 5×5 pixels, two pixels on each time: 24 pictures of 14×14 …
            *convolution(24, 5, stride=2),
            # … then 32, and 80 of 7×7: fewer places, more to say about each.
            *convolution(32, 3),
            keras.layers.MaxPooling2D(),
            *convolution(80, 3),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            # While it learns, some values are left out, others each time: none is relied on.
            keras.layers.Dropout(0.3),
            keras.layers.Dense(128, activation="relu", name="hidden"),
            keras.layers.Dropout(0.3),
            # One score a letter; softmax makes 24 probabilities of them that add up to 1.
            keras.layers.Dense(len(LABELS), activation="softmax", name="letter"),
        ]
    ),
    # The steps get smaller along half a cosine, down to nothing at the end.
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, steps)),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    ),
    # In each epoch every picture is moved, turned and scaled a little; some become the other hand.
    augment=lambda x, rng: warped(
        mirrored(x, rng, 0.05), rng, shift=0.8, turn=0.06, zoom=0.05, edge=True
    ),
    fit=dict(epochs={"builtin": 12, "local": 12, "download": 12}, batch_size=128),
    expect={
        "test_accuracy": {"local": 0.99, "download": 0.99, "builtin": 0.93},
        # The real set's test images, where they are at hand: the network never saw a photograph.
        "real_accuracy": {"builtin": 0.68},
    },
    limits="It reads one still hand that fills a square picture before a plain background, and "
    "answers with one of 24 letters whatever it sees: a face, too, is a letter to it. It does not "
    "understand sign languages, which are made of movement, both hands, face and grammar, and it "
    "must not stand in for an interpreter.",
)
