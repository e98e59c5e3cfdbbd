"""Dense networks from published files: their weights, and the activations of each layer.

The weights come from the converted layers model, so that TensorFlow is not imported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.schema.model import ModelEntry

Floats = npt.NDArray[np.float32]

# Layers that pass their input on in inference.
_PASSING = (
    "InputLayer",
    "Flatten",
    "Reshape",
    "Dropout",
    "GaussianNoise",
    "ActivityRegularization",
)


def _softmax(z: Floats) -> Floats:
    grown = np.exp(z - z.max())
    return np.asarray(grown / grown.sum(), np.float32)


# Keras' names of activations that the layers format calls otherwise.
_KERAS_NAMES = {
    "swish": "silu",
    "kerasHardSigmoid": "hard_sigmoid",
    "kerasGelu": "gelu",
    "logSoftmax": "log_softmax",
}
_ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, np.float32(0)),
    "sigmoid": lambda z: np.asarray(1 / (1 + np.exp(-z)), np.float32),
    "tanh": np.tanh,
    "sin": np.sin,
    "softmax": _softmax,
}


class NotDense(Exception):
    """The network is not a sequence of dense layers. The message names the other part."""


@dataclass(frozen=True)
class DenseLayer:
    """A dense layer.

    name: name of the layer. activation: its name, "linear" for none. kernel: shape
    (inputs, units), float32. bias: shape (units,), float32.
    """

    name: str
    activation: str
    kernel: Floats
    bias: Floats


@dataclass(frozen=True)
class DenseNet:
    """A network of dense layers.

    first: name of the layer before the first dense layer; "" for the input itself.
    scale, offset: the first dense layer gets input · scale + offset.
    """

    first: str
    scale: float
    offset: float
    layers: tuple[DenseLayer, ...]

    def values(self, given: Floats) -> list[Floats]:
        """Returns the first dense layer's input, then each layer's activations, flat.

        given: one input, of any shape, float32.
        """
        found = [np.asarray(given.ravel() * np.float32(self.scale) + np.float32(self.offset))]
        for layer in self.layers:
            z = found[-1] @ layer.kernel + layer.bias
            found.append(np.asarray(_ACTIVATIONS[layer.activation](z), np.float32))
        return found


def read_dense(entry: ModelEntry, public: Path) -> DenseNet:
    """Returns the network of a manifest entry. Raises NotDense for other layers or activations.

    public: the folder with the site's files.
    """
    names = entry.formats.layers
    if names is None:
        raise NotDense("no layers format")
    model, weights = (public / entry.files[name].url for name in (names.model, names.weights))
    described = json.loads(model.read_bytes())
    config = described["modelTopology"]["model_config"]
    if config["class_name"] != "Sequential":
        raise NotDense("branches")
    return _net(config["config"]["layers"], read_weights(described, weights.read_bytes()))


def _net(layers: list[Any], weights: Mapping[str, Floats]) -> DenseNet:
    first, scale, offset = "", 1.0, 0.0
    found: list[DenseLayer] = []
    for layer in layers:
        kind, config = layer["class_name"], layer["config"]
        if kind in _PASSING:
            continue
        activation = config.get("activation", "linear")
        if kind == "Rescaling" and not found and isinstance(config["scale"], float | int):
            first, scale, offset = config["name"], config["scale"], config["offset"]
        elif kind == "Dense" and activation in _ACTIVATIONS:
            kernel = weights[f"{config['name']}/kernel"]
            bias = weights.get(f"{config['name']}/bias", np.zeros(kernel.shape[1], np.float32))
            found.append(DenseLayer(config["name"], activation, kernel, bias))
        else:
            activation = _KERAS_NAMES.get(activation, activation)
            raise NotDense(f"{kind} layers" if kind != "Dense" else f"the activation {activation}")
    if not found:
        raise NotDense("no dense layer")
    return DenseNet(first, float(scale), float(offset), tuple(found))


def read_weights(described: Mapping[str, Any], content: bytes) -> dict[str, Floats]:
    """Returns the weights of a model in layers format by name. content: of its weights file."""
    found: dict[str, Floats] = {}
    at = 0
    for group in described["weightsManifest"]:
        for weight in group["weights"]:
            if weight["dtype"] != "float32":
                raise NotDense(f"weights of {weight['dtype']}")
            count = int(np.prod(weight["shape"]))
            values = np.frombuffer(content, "<f4", count, at)
            found[weight["name"]] = values.reshape(weight["shape"])
            at += 4 * count
    return found
