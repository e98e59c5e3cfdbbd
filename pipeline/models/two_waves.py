"""Two neurons with a sine activation find the two waves that make up a curve.

Each computes amplitude · sin(frequency · x + phase): a weight before the sine, a bias in it, and
a weight after it. Trained on a part of the curve, their parameters become those of the waves.
"""

import keras
import numpy as np

from modelpress import AtLeast, AtMost, Live, Model, Seeds
from modelpress.data import Data, Split
from modelpress.inputs.number import Number
from modelpress.outputs.curve import Curve

FREQUENCIES, AMPLITUDES, PHASES = np.array([1.0, 2.5]), np.array([1.0, 0.7]), np.array([0.4, -1.1])
TRAINED, TESTED = 2, 9  # trained on −2 … 2, tested up to −9 … 9
NOISE = 0.01
POINTS = 200


def curve(x):
    """The true curve at x (n, 1): y (n, 1)."""
    return np.sum(AMPLITUDES * np.sin(FREQUENCIES * x + PHASES), axis=1, keepdims=True)


def data(seed=1):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-TRAINED, TRAINED, (POINTS, 1))
    y = curve(x) + rng.normal(0, NOISE, x.shape)
    beyond = rng.uniform(TRAINED, TESTED, (POINTS, 1)) * rng.choice([-1, 1], (POINTS, 1))
    return Data(
        train=Split(x, y, f"{POINTS} points between −{TRAINED} and {TRAINED}"),
        test=Split(beyond, curve(beyond), f"{POINTS} points beyond, up to ±{TESTED}"),
        description="Points of the sum of two sine waves, with a little noise.",
        split=f"x from −{TRAINED} to {TRAINED} for training, "
        f"x beyond it up to ±{TESTED} for testing",
    )


def live_data():
    """The same training points, and others of the same range as a validation set."""
    train, other = data().train, data(seed=2).train
    return Data(train=train, validation=Split(other.x, other.y, f"{POINTS} further points"))


@keras.saving.register_keras_serializable(package="modelpress")
def sin(x):
    return keras.ops.sin(x)


def network(activation=sin, units=2):
    return keras.Sequential([
        keras.Input((1,), name="x"),
        # Initial frequencies lie between −3 and 3, phases between −π and π.
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
    """Frequency, amplitude and phase of each neuron, (2,) each, slowest first, with unified signs.

    a·sin(−f·x + p) is −a·sin(f·x − p), and −a·sin(…) is a·sin(… + π).
    """
    frequency, phase, amplitude = (weights.numpy().ravel() for weights in net.weights)
    amplitude, phase = amplitude * np.sign(frequency), phase * np.sign(frequency)
    phase = phase + np.where(amplitude < 0, np.pi, 0)
    phase = (phase + np.pi) % (2 * np.pi) - np.pi
    order = np.argsort(np.abs(frequency))
    return np.abs(frequency)[order], np.abs(amplitude)[order], phase[order]


def rmse(net, part):
    return np.sqrt(np.mean((net(part.x.astype(np.float32)) - part.y) ** 2))


def relu_network(units, examples):
    """A network with ReLU in place of the sine, trained on the same points for just as long."""
    net = network("relu", units)
    net.compile(keras.optimizers.Adam(0.01), "mse", steps_per_execution=100)
    repeated = [np.repeat(values, 25, axis=0) for values in (examples.x, examples.y)]
    net.fit(*repeated, batch_size=50, epochs=8, verbose=0)
    return net


def facts(net, history):
    examples = data()
    frequency, amplitude, phase = waves(net)
    narrow, wide = relu_network(2, examples.train), relu_network(64, examples.train)
    return {
        "frequencies": frequency,
        "amplitudes": amplitude,
        "phases": phase,
        "true_frequencies": FREQUENCIES,
        "true_amplitudes": AMPLITUDES,
        "true_phases": PHASES,
        "frequency_error": np.max(np.abs(frequency / FREQUENCIES - 1)),
        "rmse_shown": rmse(net, examples.train),
        "rmse_beyond": rmse(net, examples.test),
        "relu_rmse_shown": rmse(narrow, examples.train),
        "relu_rmse_beyond": rmse(narrow, examples.test),
        "relu_units": 64,
        "wide_relu_rmse_shown": rmse(wide, examples.train),
        "wide_relu_rmse_beyond": rmse(wide, examples.test),
    }


MODEL = Model(
    title="Two waves",
    input=Number(-TESTED, TESTED, label="x", default=5),
    output=Curve(
        label="y",
        points=np.hstack([data().train.x, data().train.y]).round(3),
        truth=[(x, curve(np.array([[x]])).item()) for x in np.linspace(-TESTED, TESTED, 181)],
    ),
    data=data,
    build=network,
    compile=lambda steps: dict(
        # The learning rate falls to 0 along half a cosine, so that the waves settle.
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, steps)),
        loss="mse",
    ),
    fit=dict(epochs=200, batch_size=50),
    live=Live(data=live_data, rates=dict(sgd=0.05, momentum=0.01, rmsprop=0.01)),
    seeds=Seeds(30, reach=AtMost(1e-4)),  # the loss of the noise alone is 1e-4
    facts=facts,
    expect={
        "frequency_error": AtMost(0.01),
        "rmse_beyond": AtMost(0.2),
        "wide_relu_rmse_beyond": AtLeast(1),
    },
    tolerance=1e-3,
    tolerance_reason="A graphics card computes the sine itself, to about four digits.",
    intended="Learners who want to see what an activation assumes about data.",
    licence="Apache-2.0",
    date="2026-11",
    limits="It is a sum of two sines and fits any other curve badly. It learns from a short part "
    "of the curve: on a long one, a frequency that starts too far off does not reach the right "
    "one, and both neurons may end on the same wave.",
)
