"""A network as it predicts: with inputs of a known shape, loaded from its file, in float32."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from modelpress.core.errors import ModelFailure, ModelpressError, described
from modelpress.model_files import graph_layer  # noqa: F401  (registers its layer with Keras)
from modelpress.network.publishable import REGISTER


def load_network(keras_file: Path) -> Any:
    """Returns the network in `keras_file`, whose layers compute in float32, as browsers do.

    Raises ModelFailure if Keras can't load it.
    """
    try:
        net = keras.models.load_model(keras_file, safe_mode=True, compile=False)
    except Exception as error:  # from Keras, or an author's own layer
        raise ModelFailure(
            "The trained network can't be loaded from its file.",
            where="fields `build`, `train`",
            found=described(error),
            next_step=REGISTER,
        ) from error
    net.jit_compile = False  # XLA's sums depend on the processor
    return in_float32(net)


def in_float32(net: Any) -> Any:
    """Lets all layers of `net` compute in float32 and returns it.

    Layers of a mixed precision or of float64 keep their weights' type; quantized ones stay.
    """
    for layer in (*net._flatten_layers(include_self=False), net):
        policy = layer.dtype_policy
        floating = str(policy.compute_dtype) in ("float16", "bfloat16", "float64")
        if policy.quantization_mode is None and floating:
            layer.dtype_policy = "float32"
    return net


def with_inputs(net: Any, shape: tuple[int, ...], dtype: str = "float32") -> Any:
    """Returns `net`, or a model of it whose inputs Keras knows, with the same weights.

    A model of a class of the author's own has no inputs, nor has a Sequential without keras.Input.
    shape: of one input.
    """
    if not isinstance(net, keras.Model) or getattr(net, "inputs", None):
        return net
    try:
        if isinstance(net, keras.Sequential):
            net.build((None, *shape))
            return net
        given = keras.Input(shape, dtype=dtype)
        return keras.Model(given, net(given), name=f"{net.name}_with_inputs")
    except Exception as error:  # from Keras, or the author's code
        raise ModelpressError(
            "The network can't be called on its input.",
            where="fields `build`, `train`",
            found=f"an input of the shape {shape}: {described(error)}",
            next_step="Give the shape by keras.Input((…)) as the first layer, or let `call` of "
            "the network's class take one tensor.",
        ) from error


def outputs_in(net: Any) -> dict[str, Any]:
    """Returns the output of each layer of a functional or sequential model, by name.

    Without inputs, and without layers that are used twice or have several outputs.
    """
    functional = getattr(net, "_functional", None) or net
    found: dict[str, list[Any]] = {}
    for nodes in functional._nodes_by_depth.values():
        for node in nodes:
            if isinstance(node.operation, keras.layers.Layer) and not node.is_input:
                found.setdefault(node.operation.name, []).append(node.output_tensors)
    single = {name: uses[0] for name, uses in found.items() if len(uses) == 1}
    return {name: tensors[0] for name, tensors in single.items() if len(tensors) == 1}
