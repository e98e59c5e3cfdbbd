"""Small networks trained by Keras itself, for the browser's training to be compared with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

DENSE = {"use_bias": True, "activation": "linear"}
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {"name": "sgd", "learning_rate": 0.1},
    "momentum": {"name": "momentum", "learning_rate": 0.05, "momentum": 0.9},
    "nesterov": {"name": "momentum", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
    "rmsprop": {"name": "rmsprop", "learning_rate": 0.005, "rho": 0.9, "epsilon": 1e-7},
    "adam": {
        "name": "adam",
        "learning_rate": 0.01,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-7,
    },
}


def dense(units: int, activation: str = "linear", *, use_bias: bool = True) -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": activation, "use_bias": use_bias}


@dataclass(frozen=True)
class Case:
    """A training: layers as in live.json (dense ones are named here), data of a fixed seed."""

    name: str
    layers: list[dict[str, Any]]
    loss: str
    optimizer: dict[str, Any] = field(default_factory=lambda: OPTIMIZERS["sgd"])
    input_shape: tuple[int, ...] = (3,)
    rows: int = 50
    batch_size: int = 16
    steps: int = 40
    scale: float = 1.0  # of the inputs

    def named_layers(self) -> list[dict[str, Any]]:
        return [
            {**layer, "name": f"layer_{i}"} if layer["kind"] == "dense" else layer
            for i, layer in enumerate(self.layers)
        ]

    def with_optimizer(self, name: str) -> Case:
        return replace(self, name=f"{self.name}, {name}", optimizer=OPTIMIZERS[name])


def data(case: Case) -> tuple[Floats, Floats]:
    """x (rows, …input_shape) and y (rows, outputs), float32."""
    rng = np.random.default_rng(5)
    x = rng.normal(0, case.scale, (case.rows, *case.input_shape)).astype(np.float32)
    width = [layer["units"] for layer in case.layers if layer["kind"] == "dense"][-1]
    flat = x.reshape(case.rows, -1) / case.scale
    score = flat @ rng.normal(size=(flat.shape[1], width))
    if case.loss == "categorical_crossentropy":
        y = np.eye(width)[score.argmax(axis=1)]
    elif case.loss == "binary_crossentropy":
        y = score > 0
    else:
        y = 0.5 + 0.3 * np.sin(score)
    return x, y.astype(np.float32)


def network(case: Case, seed: int = 3) -> Any:
    """The uncompiled Keras model."""
    import keras

    keras.utils.set_random_seed(seed)
    net = keras.Sequential([keras.Input(case.input_shape)])
    for layer in case.named_layers():
        if layer["kind"] == "rescale":
            net.add(keras.layers.Rescaling(layer["scale"], layer["offset"]))
        elif layer["kind"] == "flatten":
            net.add(keras.layers.Flatten())
        elif layer["kind"] == "activation":
            net.add(keras.layers.Activation(layer["activation"]))
        else:
            sine = layer["activation"] == "sine"
            net.add(
                keras.layers.Dense(
                    layer["units"],
                    activation=keras.ops.sin if sine else layer["activation"],
                    use_bias=layer["use_bias"],
                    name=layer["name"],
                )
            )
    return net


def optimizer(spec: dict[str, Any]) -> Any:
    import keras

    settings = {key: value for key, value in spec.items() if key != "name"}
    kinds = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}
    return kinds.get(spec["name"], keras.optimizers.SGD)(**settings)


def flat_weights(net: Any) -> Floats:
    return np.concatenate([weight.ravel() for weight in net.get_weights()])


def batches(case: Case, seed: int = 1) -> list[npt.NDArray[np.int64]]:
    """The rows of each step: epoch after epoch in NumPy's order, the last partial batch kept."""
    found: list[npt.NDArray[np.int64]] = []
    epoch = 0
    while len(found) < case.steps:
        order = np.random.default_rng([seed, epoch]).permutation(case.rows)
        found += [order[at : at + case.batch_size] for at in range(0, case.rows, case.batch_size)]
        epoch += 1
    return found[: case.steps]


def train(case: Case, net: Any) -> tuple[Floats, Floats]:
    """Losses of each step before its update, and all weights after the last one, both laid flat."""
    x, y = data(case)
    net.compile(optimizer=optimizer(case.optimizer), loss=case.loss)
    losses = []
    for rows in batches(case):
        net.reset_metrics()  # or Keras gives the mean of all batches so far
        losses.append(net.train_on_batch(x[rows], y[rows]))
    return np.array(losses, np.float32), flat_weights(net)
