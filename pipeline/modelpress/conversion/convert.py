"""Convert: a Keras model becomes TensorFlow.js files, a graph model to use and a layers model to
train and to look into.

Writes graph/{model.json, weights.bin} and layers/{model.json, weights.bin}. Equal models give equal
bytes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from modelpress.conversion.activations import require_activations
from modelpress.conversion.repair import repair
from modelpress.conversion.reshapes import constant_shapes
from modelpress.conversion.unfuse import split_activations
from modelpress.core.errors import ModelFailure, described
from modelpress.training.saving import number_shared_objects

# A package that tensorflowjs imports greets by IPython where output is caught, and fails without.
os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
from tensorflowjs import converters

ONE_SHARD_BYTES = 1 << 40
NO_SPLIT = {"weight_shard_size_bytes": ONE_SHARD_BYTES}

# The layer classes of @tensorflow/tfjs-layers 4.22.0 (src/exports_layers.ts), by Keras' names.
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


def convert(keras_file: Path, out: Path) -> None:
    """Writes both formats of the model in `keras_file` into `out`.

    Raises ModelFailure naming the layer that can't be converted.
    """
    net = _loaded(keras_file)
    _require_layers(net)
    _convert(net, "graph", save_graph, out)
    require_activations(net)  # a graph may hold operations that no layer can name
    _convert(net, "layers", save_layers, out)


def _loaded(keras_file: Path) -> Any:
    try:
        return keras.models.load_model(keras_file, safe_mode=True)
    except (TypeError, ValueError) as error:
        raise ModelFailure(
            "The trained network can't be loaded again.",
            where="fields `build`, `train`",
            found=described(error),
            next_step="Give functions and layers of your own names, with "
            "@keras.saving.register_keras_serializable(), instead of lambdas.",
        ) from error


def _convert(net: Any, form: str, write: Callable[[Any, Path], None], out: Path) -> None:
    """Runs one converter; makes its single shard weights.bin, and names the layer if it fails."""
    folder = out / form
    try:
        write(net, folder)
    except Exception as error:
        raise ModelFailure(
            f"The model could not be converted to a {form} model.",
            where=_guilty_layer(net, str(error)),
            found=f"{type(error).__name__}: {str(error).strip():.600}",
            next_step="Build that layer from others; TensorFlow.js lists the operations it has in "
            "its converter's documentation.",
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
            f"The {form} model came out in {len(shards)} weight files; expected one.",
            found=", ".join(shards),
        )
    model_json["weightsManifest"] = groups
    if form == "layers":
        repair(model_json)
    else:
        split_activations(model_json)
        weights.write_bytes(constant_shapes(model_json, weights.read_bytes()))
    path.write_text(json.dumps(model_json, sort_keys=True, separators=(",", ":")), "utf-8")


def save_graph(net: Any, folder: Path) -> None:
    """The converter's own graph model, in one shard."""
    saved = folder.with_name("saved_model")
    net.export(saved, format="tf_saved_model", verbose=False)
    converters.convert_tf_saved_model(str(saved), str(folder), **NO_SPLIT)
    shutil.rmtree(saved)


def save_layers(net: Any, folder: Path) -> None:
    """The converter's own layers model, in one shard, not repaired yet."""
    converters.save_keras_model(net, str(folder), **NO_SPLIT)


def _require_layers(net: Any) -> None:
    for layer in net.layers:
        if isinstance(layer, keras.Model):
            _require_layers(layer)
        elif type(layer).__name__ not in TFJS_LAYERS:
            raise ModelFailure(
                "TensorFlow.js has no such layer.",
                where=f"layer `{layer.name}`",
                found=type(layer).__name__,
                expected="one of " + ", ".join(sorted(TFJS_LAYERS - {"InputLayer"})),
                next_step="Build it from these layers, or compute it before the model.",
            )


def _guilty_layer(net: Any, message: str) -> str:
    """The layer a converter's message is about, by its name or by the operation it names."""
    for layer in net.layers:
        if layer.name in message:
            return f"layer `{layer.name}` ({type(layer).__name__})"
    operations = set(message.replace(",", " ").split())
    for layer in net.layers:
        guilty = operations & _operations(layer)
        if guilty:
            named = ", ".join(sorted(guilty))
            return f"layer `{layer.name}` ({type(layer).__name__}), operation {named}"
    return f"model `{net.name}`"


def _operations(layer: Any) -> set[str]:
    """The TensorFlow operations that a layer runs."""
    if isinstance(layer, keras.layers.InputLayer):
        return set()
    given = tf.nest.map_structure(
        lambda tensor: tf.TensorSpec([1, *tensor.shape[1:]], tensor.dtype), layer.input
    )
    traced = tf.function(layer.__call__).get_concrete_function(given)
    return {node.op for node in traced.graph.as_graph_def().node}
