"""Describes the network of a live run as a chain of layers that the browser supports."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from modelpress.recording.record_refusal import refused
from modelpress.recording.record_start import described_initializers, randomized

NAMED = {
    keras.activations.linear: "linear",
    keras.activations.relu: "relu",
    keras.activations.sigmoid: "sigmoid",
    keras.activations.tanh: "tanh",
    keras.activations.softmax: "softmax",
}
_LAYERS = "InputLayer, Rescaling, Flatten, Reshape, Dense, Activation, ReLU, Softmax, Dropout"
_DENSE_EXTRAS = (
    *("kernel_regularizer", "bias_regularizer", "activity_regularizer"),
    *("kernel_constraint", "bias_constraint"),
)
_ANGLES = np.linspace(-7, 7, 29, dtype=np.float32)  # test inputs for the sine
_SCORES = np.array([[0.1, 0.9, 0.5], [2, 3, 0]], np.float32)  # test inputs for division by the sum


def described(net: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Returns the layers of `net` as in live.json, and the class names of omitted layers.

    net: a built keras.Model. Layer kinds are rescale, flatten, dense and activation.
    Raises ModelpressError for a network that is not a chain of supported layers.
    """
    layers: list[dict[str, Any]] = []
    left_out: list[str] = []
    for layer in _chain(net):
        if isinstance(layer, keras.layers.Dropout):
            left_out.append(type(layer).__name__)
            continue
        entry = _described(layer)
        before = layers[-1] if layers else {}
        if entry["kind"] == "activation" and before.get("activation") == "linear":
            before["activation"] = entry["activation"]  # merged into the preceding Dense
        elif entry != {"kind": "activation", "activation": "linear"}:
            layers.append(entry)
    for entry in layers[:-1]:
        if entry.get("activation") == "softmax":
            raise refused("a softmax before the last layer", "softmax in the last layer only")
    if not any(entry["kind"] == "dense" for entry in layers):
        raise refused("no Dense layer", "at least one Dense layer")
    if len(net.output_shape) != 2:
        raise refused(
            f"an output of shape {net.output_shape[1:]}", "an output that is a vector, such as (3,)"
        )
    return randomized(layers), sorted(set(left_out))


def disable_dropout(net: Any) -> None:
    """Disables every Dropout of `net`, so that training steps are deterministic."""
    for layer in net.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0


def _chain(net: Any) -> list[Any]:
    """Returns the layers in order, without the input."""
    if not isinstance(net, keras.Model) or not net.built:
        raise refused(f"{type(net).__name__}: {net!r:.80}", "a keras.Model that begins with Input")
    layers = [layer for layer in net.layers if not isinstance(layer, keras.layers.InputLayer)]
    if isinstance(net, keras.Sequential):
        return layers
    try:
        before = net.input
        for layer in layers:
            if layer.input is not before:
                raise ValueError
            before = layer.output
    except (AttributeError, ValueError) as error:
        raise refused(
            f"the network {net.name}, whose layers do not form a chain",
            "keras.Sequential, or a chain of layers with one input and one output",
        ) from error
    return layers


def _described(layer: Any) -> dict[str, Any]:
    kind = type(layer)
    if layer.dtype_policy.name != "float32":
        raise refused(f"{layer.name} in {layer.dtype_policy.name}", "layers in float32")
    if kind is keras.layers.Rescaling and np.ndim(layer.scale) == np.ndim(layer.offset) == 0:
        scale, offset = (float(np.float32(value)) for value in (layer.scale, layer.offset))
        return {"kind": "rescale", "scale": scale, "offset": offset}
    if kind is keras.layers.Reshape:
        return {"kind": "flatten"}  # values stay in row-major order, and Dense expects a vector
    if kind is keras.layers.Flatten and layer.data_format == "channels_last":
        return {"kind": "flatten"}
    if kind is keras.layers.Dense:
        return _dense(layer)
    if kind is keras.layers.Activation:
        return {"kind": "activation", "activation": _activation(layer)}
    if kind is keras.layers.ReLU and (layer.max_value, layer.threshold) == (None, 0):
        if layer.negative_slope == 0:
            return {"kind": "activation", "activation": "relu"}
    elif kind is keras.layers.Softmax and layer.axis == -1:
        return {"kind": "activation", "activation": "softmax"}
    raise refused(f"the layer {layer.name} ({kind.__name__}) with its settings", f"only {_LAYERS}")


def _dense(layer: Any) -> dict[str, Any]:
    for name in _DENSE_EXTRAS:
        if getattr(layer, name) is not None:
            raise refused(f"the layer {layer.name} with `{name}`", "Dense layers without it")
    if not layer.trainable:
        raise refused(f"the layer {layer.name} that is not trainable", "layers that are trained")
    if len(layer.input.shape) != 2:
        raise refused(
            f"the layer {layer.name} over an input of shape {tuple(layer.input.shape[1:])}",
            "a Flatten before it",
        )
    return {
        "kind": "dense",
        "name": layer.name,
        "units": layer.units,
        "use_bias": layer.use_bias,
        "activation": _activation(layer),
        **described_initializers(layer),
    }


def _activation(layer: Any) -> str:
    function = layer.activation
    if callable(function) and not isinstance(function, keras.layers.Layer):
        if function in NAMED:
            return NAMED[function]
        if getattr(function, "__name__", "") in ("sin", "sine") and np.allclose(
            keras.ops.convert_to_numpy(function(keras.ops.convert_to_tensor(_ANGLES))),
            np.sin(_ANGLES),
            atol=1e-5,
        ):
            return "sine"
        if getattr(function, "__name__", "") == "shares" and np.allclose(
            keras.ops.convert_to_numpy(function(keras.ops.convert_to_tensor(_SCORES))),
            _SCORES / _SCORES.sum(axis=-1, keepdims=True),
            atol=1e-6,
        ):
            return "shares"
    name = getattr(function, "__name__", type(function).__name__)
    raise refused(
        f"the activation {name} of the layer {layer.name}",
        f"{', '.join(NAMED.values())}, a function named sin or sine that is the sine, or a "
        "function named shares that divides by the sum",
    )
