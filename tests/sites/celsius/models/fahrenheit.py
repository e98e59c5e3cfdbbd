"""Degrees Celsius to degrees Fahrenheit, learnt from a table of pairs."""

import keras
from thermometer import readings

from modelpress import AtMost, Model
from modelpress.inputs.number import Number
from modelpress.outputs.number import Number as Reading

MODEL = Model(
    title="Fahrenheit",
    summary="One weight and one bias turn Celsius into Fahrenheit.",
    data=readings,
    build=lambda: keras.Sequential([
        keras.Input((1,), name="celsius"),
        keras.layers.Rescaling(1 / 100),
        keras.layers.Dense(1),
    ]),
    compile=dict(optimizer=keras.optimizers.SGD(0.2), loss="mse"),
    fit=dict(epochs=80, batch_size=16),
    input=Number(-40, 100, 0.5, label="Celsius", unit="°C", default=20),
    output=Reading("Fahrenheit", unit="°F"),
    tolerance=1e-4,   # answers reach 212, where neighbouring float32 numbers are 1.5e-5 apart
    expect={"loss": AtMost(0.01)},
)
