"""Converts a Keras model to a layers model of TensorFlow.js, if one computes the same.

Live diagrams of the layers and of earlier epochs, and Keras round trips, use it; predictions don't.
Writes layers.json, with the reason where there is none; else layers/{model.json, weights.bin}.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from modelpress.conversion.activations import activation_fault
from modelpress.conversion.graph import ONE_SHARD_BYTES
from modelpress.conversion.repair import repair
from modelpress.conversion.shards import one_weights_file
from modelpress.core.errors import ModelFailure, described
from modelpress.network.loading import load_network, outputs_in
from modelpress.node.bundle import in_node

from tensorflowjs import converters  # isort: skip  (graph.py silences its welcome first)

# The layer classes of @tensorflow/tfjs-layers 4.22.0 (src/exports_layers.ts), by Keras names.
_NAMES = """
    InputLayer ELU LeakyReLU PReLU ReLU Softmax ThresholdedReLU Conv1D Conv2D Conv2DTranspose Conv3D
    Conv3DTranspose SeparableConv2D Cropping2D UpSampling2D DepthwiseConv2D Activation Dense Dropout
    SpatialDropout1D Flatten RepeatVector Reshape Permute Embedding Add Average Concatenate Maximum
    Minimum Multiply Dot BatchNormalization LayerNormalization ZeroPadding2D AveragePooling1D
    AveragePooling2D AveragePooling3D GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalMaxPooling1D GlobalMaxPooling2D MaxPooling1D MaxPooling2D MaxPooling3D GRU GRUCell LSTM
    LSTMCell SimpleRNN SimpleRNNCell StackedRNNCells ConvLSTM2D ConvLSTM2DCell RNN Bidirectional
    TimeDistributed GaussianNoise GaussianDropout AlphaDropout Masking Rescaling CenterCrop Resizing
    CategoryEncoding Sequential Functional
"""
TFJS_LAYERS = frozenset(_NAMES.split())
LOOKED_AT = 2  # golden cases for which every layer is compared
_NEAR = 1e-3  # of a layer's largest value, or of 1


def layers(keras_file: Path, golden: Mapping[str, Any], tolerance: float, out: Path) -> None:
    """Writes the layers model of the network in `keras_file` into `out`, or why there is none.

    golden: contents of golden.json. tolerance: largest difference of a prediction.
    """
    net = load_network(keras_file)
    fault = _missing(net) or _written(net, out / "layers")
    if not fault:
        fault = _different(net, out / "layers", golden, tolerance)
    if fault:
        for file in (out / "layers").glob("*"):
            file.unlink()
    (out / "layers.json").write_text(json.dumps(fault, sort_keys=True), "utf-8")


Fault = dict[str, str]  # {"layer": its name, "" if unknown; "reason": a sentence}


def _missing(net: Any) -> Fault:
    """Returns the first layer that TensorFlow.js lacks; {} for none."""
    operations = getattr(net, "operations", None) or net.layers
    for layer in operations:
        kind = type(layer).__name__
        if not isinstance(layer, keras.layers.Layer):
            numbers = any(len(node.input_tensors) < 2 for node in layer._inbound_nodes)
            if kind not in ("Add", "Multiply") or numbers:
                found = f"{kind} with a number" if numbers else kind
                return _fault(layer, f"TensorFlow.js has no layer for the operation {found}.")
        elif isinstance(layer, keras.Sequential) or kind == "Functional":
            inner = _missing(layer)
            if inner:
                return inner
        elif kind not in TFJS_LAYERS:
            return _fault(layer, f"TensorFlow.js has no layer {kind}.")
        else:
            reason = activation_fault(layer)
            if reason:
                return _fault(layer, reason)
    return {}


def _written(net: Any, folder: Path) -> Fault:
    """Writes the files, repaired; returns why they can't be written."""
    try:
        save_layers(net, folder)
        model_json = one_weights_file(folder)
    except ModelFailure:
        raise
    except Exception as error:  # from Keras or the converter
        return {"layer": "", "reason": f"It could not be converted: {described(error):.300}"}
    repair(model_json)
    text = json.dumps(model_json, sort_keys=True, separators=(",", ":"))
    (folder / "model.json").write_text(text, "utf-8")
    return {}


def save_layers(net: Any, folder: Path) -> None:
    """Writes the converter's layers model, in one shard and without repairs."""
    converters.save_keras_model(net, str(folder), weight_shard_size_bytes=ONE_SHARD_BYTES)


def _different(net: Any, folder: Path, golden: Mapping[str, Any], tolerance: float) -> Fault:
    """Returns the first layer that computes something else in TensorFlow.js; {} for none."""
    cases, shape = golden["cases"], golden["input_shape"]
    inputs = np.array(golden["inputs"], "<f4").reshape(cases, *shape)
    with tempfile.TemporaryDirectory(prefix="modelpress-layers-") as made:
        place = Path(made)
        (place / "inputs.bin").write_bytes(inputs.tobytes())
        config = {
            "folder": str(folder.resolve()),
            "shape": shape,
            "inputs": str(place / "inputs.bin"),
            "cases": cases,
            "looked": min(LOOKED_AT, cases),
            "out": str(place),
        }
        found = in_node("inspect.mjs", config)
        if found["fault"]:
            said = found["fault"].partition("\n")[0]
            layer = _named_in(net, said)
            return {"layer": layer, "reason": f"TensorFlow.js can't run it: {said:.300}"}
        wanted = _outputs(net, inputs[: config["looked"]])
        for layer in found["layers"]:
            if layer["name"] in wanted:
                values = np.fromfile(place / layer["file"], "<f4")
                expected = wanted[layer["name"]].ravel()
                if not _near(values, expected):
                    return _fault(
                        net.get_layer(layer["name"]),
                        f"The layer of TensorFlow.js computes something else: "
                        f"{_difference(values, expected)}.",
                    )
        predictions = np.fromfile(place / "predictions.bin", "<f4")
    expected = np.array(golden["outputs"], np.float32).ravel()
    same = predictions.size == expected.size
    if not same or not np.abs(predictions - expected).max() <= tolerance:
        reason = f"Its predictions differ from Keras': {_difference(predictions, expected)}."
        return {"layer": "", "reason": reason}
    return {}


def _named_in(net: Any, message: str) -> str:
    """Returns the first layer whose name or class a message names; "" for none."""
    for layer in net._flatten_layers(include_self=False):
        kind = type(layer).__name__
        if layer.name in message or (kind in message and kind not in ("Layer", "Model")):
            return str(layer.name)
    return ""


def _outputs(net: Any, inputs: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    outputs = outputs_in(net)
    found = keras.Model(net.inputs[0], list(outputs.values()))(inputs, training=False)
    found = found if isinstance(found, list | tuple) else [found]
    return {n: np.asarray(a, np.float32) for n, a in zip(outputs, found, strict=True)}


def _near(values: npt.NDArray[np.float32], expected: npt.NDArray[np.float32]) -> bool:
    if values.size != expected.size:
        return False
    largest = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return bool(np.abs(values - expected).max(initial=0.0) <= _NEAR * largest)


def _difference(values: npt.NDArray[np.float32], expected: npt.NDArray[np.float32]) -> str:
    if values.size != expected.size:
        return f"{values.size} values instead of {expected.size}"
    return f"a difference of {np.abs(values - expected).max():.3g}"


def _fault(layer: Any, reason: str) -> Fault:
    return {"layer": layer.name, "reason": reason}
