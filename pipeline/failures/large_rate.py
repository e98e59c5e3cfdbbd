"""A learning rate a little too large: every step overshoots, and the next one more.

The negator has one weight w and one example, 3 → −3. A step of gradient descent multiplies the
error of w by 1 − 18·rate. At a rate of 1/9 this is −1, and w oscillates. Above, the error grows.
"""

import keras
import numpy as np

from modelpress import AtLeast, Failure, Training

FAILURE = Failure(
    title="A learning rate too large",
    wrong=Training(
        data=lambda: (np.array([[3.0]]), np.array([[-3.0]])),
        build=lambda: keras.Sequential([
            keras.Input((1,), name="number"),
            keras.layers.Dense(1, use_bias=False, name="weight"),
        ]),
        compile=lambda: dict(optimizer=keras.optimizers.SGD(0.12), loss="mse"),
        fit=dict(epochs=40, batch_size=1),
    ),
    repaired=Training(
        compile=lambda: dict(optimizer=keras.optimizers.SGD(0.01), loss="mse"),
    ),
    repair="Take a rate of 0.01",
    measure="loss",
    measured="loss after the last step",
    fails=AtLeast(100),
    examples={"3": ([3], [-3]), "1": ([1], [-1]), "−2": ([-2], [2])},
    outputs=["number"],
    tolerance=1,
    tolerance_reason="The loss grows past a million, and the last of float32's seven digits with "
    "it.",
)
