"""Two neurons with a sine for an activation find the two waves that a curve is made of.

Each computes amplitude · sin(frequency · x + phase): a weight before the sine, a bias in it, and
a weight after it. Trained on a piece of the curve, their weights become the waves' own numbers.
"""

import keras
import numpy as np

from modelpress import AtLeast, AtMost, Live, Model, Seeds
from modelpress.data import Data, Split
from modelpress.inputs.number import Number
from modelpress.outputs.curve import Curve

FREQUENCIES, AMPLITUDES, PHASES = np.array([1.0, 2.5]), np.array([1.0, 0.7]), np.array([0.4, -1.1])
SHOWN, ASKED = 2, 9  # trained on −2 … 2, asked on −9 … 9
NOISE = 0.01
ROWS = 200


def curve(x):
    return np.sum(AMPLITUDES * np.sin(FREQUENCIES * x + PHASES), axis=1, keepdims=True)


def data(seed=1):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-SHOWN, SHOWN, (ROWS, 1))
    y = curve(x) + rng.normal(0, NOISE, x.shape)
    beyond = rng.uniform(SHOWN, ASKED, (ROWS, 1)) * rng.choice([-1, 1], (ROWS, 1))
    return Data(
        train=Split(x, y, f"{ROWS} points between −{SHOWN} and {SHOWN}"),
        test=Split(beyond, curve(beyond), f"{ROWS} points beyond, up to ±{ASKED}"),
        description="Points of the sum of two sine waves, with a little noise.",
        split=f"x from −{SHOWN} to {SHOWN} trains, x beyond it up to ±{ASKED} tests",
    )


def with_further_points():
    """The same points to train on, and others of the same range to validate with."""
    shown, further = data().train, data(seed=2).train
    return Data(train=shown, validation=Split(further.x, further.y, f"{ROWS} further points"))


@keras.saving.register_keras_serializable(package="modelpress")
def sin(x):
    return keras.ops.sin(x)


def network(activation=sin, units=2):
    return keras.Sequential([
        keras.Input((1,), name="x"),
        # Frequencies start anywhere between −3 and 3, phases anywhere in the circle.
        keras.layers.Dense(
            units,
            activation=activation,
            kernel_initializer=keras.initializers.RandomUniform(-3, 3),
            bias_initializer=keras.initializers.RandomUniform(-np.pi, np.pi),
            name="waves",
        ),
        keras.layers.Dense(1, use_bias=False, name="sum"),
    ])


def waves(net):
    """Frequency, amplitude and phase of each neuron, slowest first, the signs made comparable:
    a·sin(−f·x + p) is −a·sin(f·x − p), and −a·sin(…) is a·sin(… + π)."""
    frequency, phase, amplitude = (weights.numpy().ravel() for weights in net.weights)
    amplitude, phase = amplitude * np.sign(frequency), phase * np.sign(frequency)
    phase = phase + np.where(amplitude < 0, np.pi, 0)
    phase = (phase + np.pi) % (2 * np.pi) - np.pi
    order = np.argsort(np.abs(frequency))
    return np.abs(frequency)[order], np.abs(amplitude)[order], phase[order]


def rmse(net, part):
    return np.sqrt(np.mean((net(part.x.astype(np.float32)) - part.y) ** 2))


def relu(units, rows):
    """A network with ReLU in place of the sine, trained on the same points just as long."""
    net = network("relu", units)
    net.compile(keras.optimizers.Adam(0.01), "mse", steps_per_execution=100)
    again = [np.repeat(values, 25, axis=0) for values in (rows.x, rows.y)]
    net.fit(*again, batch_size=50, epochs=8, verbose=0)
    return net


def facts(net, history):
    rows = data()
    frequency, amplitude, phase = waves(net)
    narrow, wide = relu(2, rows.train), relu(64, rows.train)
    return {
        "frequencies": frequency,
        "amplitudes": amplitude,
        "phases": phase,
        "true_frequencies": FREQUENCIES,
        "true_amplitudes": AMPLITUDES,
        "true_phases": PHASES,
        "frequency_error": np.max(np.abs(frequency / FREQUENCIES - 1)),
        "rmse_shown": rmse(net, rows.train),
        "rmse_beyond": rmse(net, rows.test),
        "relu_rmse_shown": rmse(narrow, rows.train),
        "relu_rmse_beyond": rmse(narrow, rows.test),
        "relu_units": 64,
        "wide_relu_rmse_shown": rmse(wide, rows.train),
        "wide_relu_rmse_beyond": rmse(wide, rows.test),
    }


MODEL = Model(
    title="Two waves",
    input=Number(-ASKED, ASKED, label="x", default=5),
    output=Curve(
        label="y",
        points=np.hstack([data().train.x, data().train.y]).round(3),
        truth=[(x, curve(np.array([[x]])).item()) for x in np.linspace(-ASKED, ASKED, 181)],
    ),
    data=data,
    build=network,
    compile=lambda steps: dict(
        # The learning rate sinks to 0 along half a cosine, so that the waves come to rest.
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, steps)),
        loss="mse",
    ),
    fit=dict(epochs=200, batch_size=50),
    live=Live(data=with_further_points, rates=dict(sgd=0.05, momentum=0.01, rmsprop=0.01)),
    seeds=Seeds(30, reach=AtMost(1e-4)),  # the noise alone is 1e-4
    facts=facts,
    expect={
        "frequency_error": AtMost(0.01),
        "rmse_beyond": AtMost(0.2),
        "wide_relu_rmse_beyond": AtLeast(1),
    },
    tolerance=1e-3,
    tolerance_reason="A graphics card computes the sine itself, to about four digits.",
    limits="It knows two waves and nothing else: a curve that is no sum of two sines, it fits "
    "badly. It learns from a short piece of the curve: on a long one, a frequency that starts too "
    "far off finds no way to the right one, and both neurons may end on the same wave.",
)
