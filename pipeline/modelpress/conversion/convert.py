"""Converts a Keras model to TensorFlow.js, as a graph model and as a layers model.

The graph model serves predictions, the layers model training and inspection. Writes
graph/{model.json, weights.bin} and layers/{model.json, weights.bin}. Equal models give equal bytes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from modelpress.conversion.activations import require_activations
from modelpress.conversion.repair import repair
from modelpress.conversion.reshapes import constant_shapes
from modelpress.conversion.storing import store
from modelpress.conversion.unfuse import split_activations
from modelpress.core.errors import ModelFailure, described
from modelpress.training.saving import number_shared_objects

# A dependency of tensorflowjs prints a welcome through IPython, which fails if output is captured.
os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
from tensorflowjs import converters

ONE_SHARD_BYTES = 1 << 40
NO_SPLIT = {"weight_shard_size_bytes": ONE_SHARD_BYTES}

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
    CategoryEncoding RandomWidth Sequential Functional
"""
TFJS_LAYERS = frozenset(_NAMES.split())


def convert(keras_file: Path, out: Path, storage: Mapping[str, Any] | None = None) -> None:
    """Writes both formats of the model in `keras_file` into `out`.

    storage: of `publish_weights`; the graph's weights are stored in its type.

    Raises ModelFailure with the layer that can't be converted.
    """
    net = _loaded(keras_file)
    _require_layers(net)
    _convert(net, "graph", save_graph, out)
    if storage:
        _store(out / "graph", storage)
    require_activations(net)  # a graph may contain operations without a layer
    _convert(net, "layers", save_layers, out)


def _loaded(keras_file: Path) -> Any:
    try:
        return keras.models.load_model(keras_file, safe_mode=True)
    except (TypeError, ValueError) as error:
        raise ModelFailure(
            "The trained network can't be loaded from its file.",
            where="fields `build`, `train`",
            found=described(error),
            next_step="Register custom functions and layers with "
            "@keras.saving.register_keras_serializable(), instead of lambdas.",
        ) from error


def _convert(net: Any, form: str, write: Callable[[Any, Path], None], out: Path) -> None:
    """Runs one converter, renames its single shard to weights.bin, and repairs model.json.

    Raises ModelFailure with the layer that fails.
    """
    folder = out / form
    try:
        write(net, folder)
    except Exception as error:
        raise ModelFailure(
            f"The model could not be converted to a {form} model.",
            where=_failing_layer(net, str(error)),
            found=f"{type(error).__name__}: {str(error).strip():.600}",
            next_step="Build that layer from others; the documentation of the TensorFlow.js "
            "converter lists the supported operations.",
        ) from error
    path = folder / "model.json"
    model_json = json.loads(number_shared_objects(path.read_text("utf-8")))
    groups = [group for group in model_json["weightsManifest"] if group["weights"]]
    shards = [name for group in groups for name in group["paths"]]
    weights = folder / "weights.bin"
    if shards:
        (folder / shards[0]).rename(weights)
        groups[0]["paths"] = [weights.name]
    else:
        weights.touch()
    if len(shards) > 1:
        raise ModelFailure(
            f"The {form} model has {len(shards)} weight files; expected one.",
            found=", ".join(shards),
        )
    model_json["weightsManifest"] = groups
    if form == "layers":
        repair(model_json)
    else:
        split_activations(model_json)
        weights.write_bytes(constant_shapes(model_json, weights.read_bytes()))
    path.write_text(json.dumps(model_json, sort_keys=True, separators=(",", ":")), "utf-8")


def _store(folder: Path, storage: Mapping[str, Any]) -> None:
    path, weights = folder / "model.json", folder / "weights.bin"
    model_json = json.loads(path.read_text("utf-8"))
    weights.write_bytes(store(model_json, weights.read_bytes(), storage["type"], storage["grids"]))
    path.write_text(json.dumps(model_json, sort_keys=True, separators=(",", ":")), "utf-8")


def save_graph(net: Any, folder: Path) -> None:
    """Writes the converter's graph model, in one shard."""
    saved = folder.with_name("saved_model")
    net.export(saved, format="tf_saved_model", verbose=False)
    converters.convert_tf_saved_model(str(saved), str(folder), **NO_SPLIT)
    shutil.rmtree(saved)


def save_layers(net: Any, folder: Path) -> None:
    """Writes the converter's layers model, in one shard and without repairs."""
    converters.save_keras_model(net, str(folder), **NO_SPLIT)


def _require_layers(net: Any) -> None:
    for layer in net.layers:
        if isinstance(layer, keras.Model):
            _require_layers(layer)
        elif type(layer).__name__ not in TFJS_LAYERS:
            raise ModelFailure(
                "TensorFlow.js lacks this layer.",
                where=f"layer `{layer.name}`",
                found=type(layer).__name__,
                expected="one of " + ", ".join(sorted(TFJS_LAYERS - {"InputLayer"})),
                next_step="Build it from these layers, or compute it before the model.",
            )


def _failing_layer(net: Any, message: str) -> str:
    """Returns the layer that a converter's message refers to, by its name or by an operation."""
    for layer in net.layers:
        if layer.name in message:
            return f"layer `{layer.name}` ({type(layer).__name__})"
    operations = set(message.replace(",", " ").split())
    for layer in net.layers:
        matching = operations & _operations(layer)
        if matching:
            named = ", ".join(sorted(matching))
            return f"layer `{layer.name}` ({type(layer).__name__}), operation {named}"
    return f"model `{net.name}`"


def _operations(layer: Any) -> set[str]:
    """Returns the names of the TensorFlow operations in a layer."""
    if isinstance(layer, keras.layers.InputLayer):
        return set()
    given = tf.nest.map_structure(
        lambda tensor: tf.TensorSpec([1, *tensor.shape[1:]], tensor.dtype), layer.input
    )
    traced = tf.function(layer.__call__).get_concrete_function(given)
    return {node.op for node in traced.graph.as_graph_def().node}
