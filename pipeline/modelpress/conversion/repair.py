"""Repairs that make a Keras 3 layers model load in TensorFlow.js.

`tensorflowjs.converters.save_keras_model` (4.22.0) writes the configuration of Keras 3 unchanged,
but TensorFlow.js expects that of Keras 2. Each function here changes one aspect of such a
model.json, in place; every repair is required.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def repair(model_json: Json) -> None:
    """Applies all repairs in place. Idempotent."""
    for fix in REPAIRS:
        fix(model_json)


def name_batch_input_shape(model_json: Json) -> None:
    """InputLayer: renames Keras 3's `batch_shape` to `batch_input_shape`, as in Keras 2."""
    for config in _configs(model_json):
        for layer in config["layers"]:
            if layer["class_name"] == "InputLayer" and "batch_shape" in layer["config"]:
                layer["config"]["batch_input_shape"] = layer["config"].pop("batch_shape")


def strip_model_name(model_json: Json) -> None:
    """Sequential: strips the model from weight names: `<model>/<layer>/kernel`."""
    topology = _topology(model_json)
    if topology["class_name"] != "Sequential":
        return
    prefix = topology["config"]["name"] + "/"
    for group in model_json["weightsManifest"]:
        for weight in group["weights"]:
            weight["name"] = weight["name"].removeprefix(prefix)


def flatten_inbound_nodes(model_json: Json) -> None:
    """Functional: turns a call `{args, kwargs}` into `[[layer, node, tensor, kwargs], …]`."""
    for config in _configs(model_json):
        for layer in config["layers"]:
            nodes = layer.get("inbound_nodes") or []
            layer["inbound_nodes"] = [_call(n) if isinstance(n, dict) else n for n in nodes]


def list_inputs_and_outputs(model_json: Json) -> None:
    """Functional: wraps a single input or output `[layer, 0, 0]` in a list."""
    for config in _configs(model_json):
        for name in ("input_layers", "output_layers"):
            tensors = config.get(name)
            if tensors and isinstance(tensors[0], str):
                config[name] = [tensors]


def name_functions(model_json: Json) -> None:
    """Custom activation: turns {"class_name": "function", "config": "package>sin"} into "sin"."""
    for config in _configs(model_json):
        for layer in config["layers"]:
            for name, value in layer["config"].items():
                if isinstance(value, dict) and value.get("class_name") == "function":
                    layer["config"][name] = str(value["config"]).rpartition(">")[2]


# Keras' activations whose name or values are others in TensorFlow.js, by the name there;
# site_assets/src/runtime/activations.ts has those that begin with keras.
_ACTIVATIONS = {
    "silu": "swish",
    "hard_sigmoid": "kerasHardSigmoid",
    "gelu": "kerasGelu",
    "log_softmax": "logSoftmax",
}


def name_activations(model_json: Json) -> None:
    """Names Keras' activations as TensorFlow.js does."""
    for config in _configs(model_json):
        for layer in config["layers"]:
            for name in ("activation", "recurrent_activation"):
                value = layer["config"].get(name)
                if isinstance(value, str):
                    layer["config"][name] = _ACTIVATIONS.get(value, value)


def name_slopes(model_json: Json) -> None:
    """LeakyReLU: `negative_slope` is called `alpha`, as in Keras 2."""
    for config in _configs(model_json):
        for layer in config["layers"]:
            if layer["class_name"] == "LeakyReLU" and "negative_slope" in layer["config"]:
                layer["config"]["alpha"] = layer["config"].pop("negative_slope")


def name_depthwise_kernels(model_json: Json) -> None:
    """DepthwiseConv2D: the weight `kernel` is called `depthwise_kernel`, as in Keras 2."""
    names = {
        f"{layer['config']['name']}/kernel"
        for config in _configs(model_json)
        for layer in config["layers"]
        if layer["class_name"] == "DepthwiseConv2D"
    }
    for group in model_json["weightsManifest"]:
        for weight in group["weights"]:
            if any(f"/{weight['name']}".endswith(f"/{name}") for name in names):
                weight["name"] = weight["name"].removesuffix("kernel") + "depthwise_kernel"


def drop_recurrent_dropout(model_json: Json) -> None:
    """Recurrent layers: without dropout, whose masks TensorFlow.js makes for predictions, too, and
    never frees."""
    waiting = [layer for config in _configs(model_json) for layer in config["layers"]]
    for layer in waiting:
        config = layer["config"]
        for name in ("layer", "cell", "backward_layer"):
            if isinstance(config.get(name), dict) and "config" in config[name]:
                waiting.append(config[name])
        if "recurrent_dropout" in config:
            config["dropout"] = config["recurrent_dropout"] = 0.0


REPAIRS = (
    name_batch_input_shape,
    strip_model_name,
    flatten_inbound_nodes,
    list_inputs_and_outputs,
    name_functions,
    name_activations,
    name_slopes,
    name_depthwise_kernels,
    drop_recurrent_dropout,
)


def _topology(model_json: Json) -> Json:
    topology: Json = model_json["modelTopology"]["model_config"]
    return topology


def _configs(model_json: Json) -> Iterator[Json]:
    """Yields the configuration of the model and of nested models."""
    waiting = [_topology(model_json)["config"]]
    while waiting:
        config = waiting.pop()
        yield config
        waiting += [layer["config"] for layer in config["layers"] if "layers" in layer["config"]]


def _call(node: Json) -> list[Any]:
    """Returns one call of a layer: its tensors, with the call's keywords on the first."""
    calls = [[*history, {}] for history in _histories(node["args"])]
    if calls:
        keywords = {k: v for k, v in node.get("kwargs", {}).items() if v is not None}
        calls[0][3] = {k: v for k, v in keywords.items() if k not in ("training", "mask")}
    return calls


def _histories(value: Any) -> Iterator[list[Any]]:
    """Yields [layer, node, tensor] of each Keras tensor in a call's arguments, in order."""
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        yield list(value["config"]["keras_history"])
    elif isinstance(value, dict):
        for item in value.values():
            yield from _histories(item)
    elif isinstance(value, list):
        for item in value:
            yield from _histories(item)
