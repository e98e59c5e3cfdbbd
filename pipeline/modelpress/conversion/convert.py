"""Converts a Keras model to a graph model of TensorFlow.js: graph/{model.json, weights.bin}.

Figures predict with it. Equal models give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modelpress.conversion.control import without_control_inputs
from modelpress.conversion.graph import save_graph
from modelpress.conversion.operations import require_operations, rewrite
from modelpress.conversion.reshapes import constant_shapes
from modelpress.conversion.shards import one_weights_file
from modelpress.conversion.storing import store
from modelpress.conversion.unfuse import flat_biases, split_activations, split_sums
from modelpress.core.errors import ModelFailure, ModelpressError, described
from modelpress.network.loading import load_network


def convert(
    keras_file: Path, shape: Sequence[int], out: Path, storage: Mapping[str, Any] | None = None
) -> None:
    """Writes the graph model of the network in `keras_file` into `out`.

    shape: of one input. storage: of `publish_weights`; the weights are stored in its type.

    Raises ModelFailure with the layer that can't be converted.
    """
    net = load_network(keras_file)
    _require_finite(net)
    folder = out / "graph"
    try:
        shapes = save_graph(net, folder, shape)
    except ModelpressError:
        raise
    except Exception as error:  # from Keras, TensorFlow or the converter
        raise ModelFailure(
            "The network could not be converted to a graph.",
            where=failing_layer(net, str(error)),
            found=f"{described(error):.600}",
            next_step="Replace the layer that the message names, or compute it before the "
            "network, in `data`.",
        ) from error
    model_json = one_weights_file(folder)
    weights = folder / "weights.bin"
    content = rewrite(model_json, weights.read_bytes())
    without_control_inputs(model_json)
    require_operations(net, model_json)
    split_activations(model_json)
    split_sums(model_json)
    flat_biases(model_json)
    content = constant_shapes(model_json, content, shapes)
    if storage:
        content = store(model_json, content, storage["type"], storage["grids"])
    weights.write_bytes(content)
    text = json.dumps(model_json, sort_keys=True, separators=(",", ":"))
    (folder / "model.json").write_text(text, "utf-8")


def failing_layer(net: Any, message: str) -> str:
    """Returns the layer that a message names, else the model."""
    for layer in net._flatten_layers(include_self=False):
        if f"'{layer.name}'" in message or f'"{layer.name}"' in message or layer.name in message:
            return f"layer `{layer.name}` ({type(layer).__name__})"
    return f"model `{net.name}`"


def _require_finite(net: Any) -> None:
    for layer in net._flatten_layers(include_self=False):
        for weight in layer._trainable_variables + layer._non_trainable_variables:
            values = np.asarray(weight)
            bad = np.count_nonzero(~np.isfinite(values)) if values.dtype.kind == "f" else 0
            if bad:
                raise ModelFailure(
                    "A weight of the network is NaN or infinite.",
                    where=f"layer `{layer.name}` ({type(layer).__name__}), `{weight.name}`",
                    found=f"{bad} of {values.size} values",
                    expected="finite numbers",
                    next_step="Train with a smaller learning rate, or save the weights before "
                    "they overflow.",
                )
