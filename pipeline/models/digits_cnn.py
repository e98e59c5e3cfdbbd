"""A convolutional network, which finds strokes anywhere, reads a digit drawn by hand.

It learns from the same pictures as `digits`, but its first layers slide small filters over the
picture, so that a stroke learned in one place is recognised everywhere.
"""

import keras

from datasets.mnist import LABELS, mnist
from modelpress import Model
from modelpress.data.augment import warped
from modelpress.inputs.drawing import Drawing
from modelpress.outputs.classes import Classes


def convolution(filters, window, stride=1):
    """A convolution with a ReLU: `filters` small windows that slide over the picture.

    He's initial weights keep values from growing or fading from layer to layer.
    """
    return keras.layers.Conv2D(
        filters,
        window,
        strides=stride,
        padding="same",
        activation="relu",
        kernel_initializer="he_normal",
    )


MODEL = Model(
    title="Handwritten digits, convolutional",
    input=Drawing(),
    output=Classes(LABELS),
    data=mnist,
    build=lambda: keras.Sequential([
        # 28×28 pixels, from 0 (paper) to 255 (ink), scaled to 0 to 1.
        keras.Input((28, 28), name="picture"),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Reshape((28, 28, 1)),
        # 16 filters of 5×5 weights, moved two pixels at a time: 16 feature maps of 14×14.
        convolution(16, 5, stride=2),
        # The same with 32 filters of 3×3: feature maps of 7×7. Few filters on large maps and many
        # on small ones keep the training short.
        convolution(32, 3, stride=2),
        convolution(64, 3),
        # Pooling keeps the largest of each four neighbours: 3×3, and small shifts matter less.
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        # In training, a random part of the values is 0, so that it relies on no single one.
        keras.layers.Dropout(0.2),
        keras.layers.Dense(128, activation="relu", name="hidden"),
        keras.layers.Dropout(0.3),
        # One score for each digit; softmax turns them into probabilities that add up to 1.
        keras.layers.Dense(10, activation="softmax", name="digit"),
    ]),
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(
            # The learning rate falls along half a cosine, to 0 at the end.
            keras.optimizers.schedules.CosineDecay(0.003, steps),
            # The final weights are a moving average over the last few hundred steps.
            use_ema=True,
            ema_momentum=0.998,
        ),
        # Targets of about nine tenths, not 1: some digits could be either of two.
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        metrics=["accuracy"],
    ),
    # In each epoch every picture is a little shifted, turned, slanted, scaled and bent at random.
    augment=lambda x, rng: warped(x, rng, shift=0.4, turn=0.08, zoom=0.08, slant=0.08, bend=1.0),
    fit=dict(epochs={"builtin": 6, "local": 15, "download": 15}, batch_size=128),
    expect={
        "test_accuracy": {"local": 0.993, "download": 0.993, "builtin": 0.97},
        # MNIST's test images, where they are available: no image of MNIST is in the training set.
        "real_accuracy": {"builtin": 0.979},
    },
    intended="Learners who compare a convolutional network with a dense one.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It knows ten digits, one at a time, upright and alone in the picture. For a letter, a "
    "cat or anything else it predicts a digit too, often with confidence. Not for reading "
    "anything that matters, such as a cheque or a dose.",
)
