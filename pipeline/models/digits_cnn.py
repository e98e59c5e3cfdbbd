"""A network that looks for strokes wherever they are reads a digit drawn by hand.

The same pictures as for `digits`, but its first layers look through small windows that slide over
the picture, so that what is learnt in one corner is known in all.
"""

import keras

from datasets.mnist import LABELS, mnist
from modelpress import Model
from modelpress.data.augment import warped
from modelpress.inputs.drawing import Drawing
from modelpress.outputs.classes import Classes


def convolution(filters, window, stride=1):
    """Small windows (filters) that slide over the picture, and a ReLU on what they find.

    The initial weights are drawn so that values neither grow nor fade from layer to layer (He).
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
        # 28×28 pixels, from 0 (paper) to 255 (ink), become numbers from 0 to 1.
        keras.Input((28, 28), name="picture"),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Reshape((28, 28, 1)),
        # 16 windows of 5×5 pixels, moved two pixels at a time: 16 pictures of 14×14.
        convolution(16, 5, stride=2),
        # The same again with 32 windows of 3×3: pictures of 7×7. Few windows where there are many
        # places to lay them, many where there are few: this keeps the training short.
        convolution(32, 3, stride=2),
        convolution(64, 3),
        # Of each four neighbours the largest stays: 3×3, and a stroke may lie a little elsewhere.
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        # While it learns, some values are left out, others each time: none is relied on.
        keras.layers.Dropout(0.2),
        keras.layers.Dense(128, activation="relu", name="hidden"),
        keras.layers.Dropout(0.3),
        # One score a digit; softmax makes ten probabilities of them that add up to 1.
        keras.layers.Dense(10, activation="softmax", name="digit"),
    ]),
    compile=lambda steps: dict(
        optimizer=keras.optimizers.Adam(
            # The steps get smaller along half a cosine, down to nothing at the end.
            keras.optimizers.schedules.CosineDecay(0.003, steps),
            # The weights that stay are a mean over the last few hundred steps, not the last ones.
            use_ema=True,
            ema_momentum=0.998,
        ),
        # It need not be surer than nine in ten: some digits could be either of two.
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        metrics=["accuracy"],
    ),
    # In each epoch every picture is a little shifted, turned, leant, stretched and bent, by chance.
    augment=lambda x, rng: warped(x, rng, shift=0.4, turn=0.08, zoom=0.08, slant=0.08, bend=1.0),
    fit=dict(epochs={"builtin": 6, "local": 15, "download": 15}, batch_size=128),
    expect={
        "test_accuracy": {"local": 0.993, "download": 0.993, "builtin": 0.97},
        # MNIST's test images, where they are at hand: the network never saw one of MNIST's.
        "real_accuracy": {"builtin": 0.979},
    },
    limits="It knows ten digits, one at a time, upright and alone in the picture. Whatever else is "
    "drawn, a letter or a cat, it calls a digit too, and often with confidence. Not for reading "
    "anything that matters, such as a cheque or a dose.",
)
