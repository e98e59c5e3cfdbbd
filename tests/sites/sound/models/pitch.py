"""Tells low sounds from high ones, by kinds of the package soundkinds."""

import keras
import numpy as np
from soundkinds import Meter, Sound, log_mel, tone

from modelpress import AtLeast, Model

FREQUENCIES = np.geomspace(150, 3400, 60)


def tones():
    heard = np.stack([log_mel(tone(each)) for each in FREQUENCIES])
    return heard, (FREQUENCIES > 900).astype("float32")[:, None]


MODEL = Model(
    title="Low or high",
    input=Sound(),
    output=Meter("low", "high"),
    data=tones,
    build=lambda: keras.Sequential(
        [
            keras.Input((32, 16)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    ),
    compile=lambda: {
        "optimizer": keras.optimizers.Adam(0.02),
        "loss": "binary_crossentropy",
        "metrics": ["accuracy"],
    },
    fit={"epochs": 15, "batch_size": 20},
    expect={"accuracy": AtLeast(0.9)},
)
