"""Reads model.json of TensorFlow.js, a layers model or a graph model, with its weight files."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from google.protobuf import json_format

from modelpress.core.errors import ModelpressError
from modelpress.model_files.graph_layer import graph_model
from modelpress.model_files.keras_files import load_whole
from modelpress.model_files.reasons import reason
from modelpress.model_files.recognise import FileFormat

Weights = dict[str, npt.NDArray[Any]]


def load(path: Path, found: FileFormat) -> tuple[Any, str]:
    """Returns the model as Keras layers, or as a graph, and the program that wrote it.

    Raises ModelpressError for missing or shortened weight files.
    """
    content = json.loads(path.read_bytes())
    written_by = str(content.get("generatedBy") or content.get("convertedBy") or "")
    try:
        weights = _weights(content["weightsManifest"], path)
        if found == "layers_json":
            return _layers(content["modelTopology"], weights, path), written_by
        return _graph(content, weights, path), written_by
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ModelpressError(
            "This model.json of TensorFlow.js is damaged or incomplete.",
            where=str(path),
            found=reason(error),
            next_step="Copy all files of the model again, or save it again: await model.save(…).",
        ) from error


def _weights(manifest: Any, path: Path) -> Weights:
    # A dependency of tensorflowjs prints a welcome through IPython, which may fail.
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    from tensorflowjs import read_weights

    for group in manifest:
        for name in group["paths"]:
            if not (path.parent / name).is_file():
                raise ModelpressError(
                    "A weight file of this TensorFlow.js model is missing.",
                    where=str(path),
                    found=f"no {name} beside it",
                    next_step="Copy all files of the model into one folder.",
                )
    try:
        listed = read_weights.read_weights(manifest, str(path.parent), flatten=True)
        return {each["name"]: np.asarray(each["data"]) for each in listed}
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ModelpressError(
            "The weight files of this TensorFlow.js model don't fit its model.json.",
            where=str(path),
            found=reason(error),
            next_step="Copy all files of the model again.",
        ) from error


def _layers(topology: dict[str, Any], weights: Weights, path: Path) -> Any:
    """Returns the Keras model, read from an .h5 file of Keras 2 with this content."""
    config = topology.get("model_config", topology)
    layers = _layer_names(config)
    with tempfile.TemporaryDirectory(prefix="modelpress-") as folder:
        hdf5 = Path(folder) / "model.h5"
        with h5py.File(hdf5, "w") as file:
            file.attrs["model_config"] = json.dumps(config)
            file.attrs["keras_version"] = "2"
            file.attrs["backend"] = "tensorflow"
            group = file.create_group("model_weights")
            group.attrs["layer_names"] = [each.encode() for each in layers]
            for layer, inner in layers.items():
                names = [
                    name for name in weights if any(name.startswith(f"{each}/") for each in inner)
                ]
                part = group.create_group(layer)
                part.attrs["weight_names"] = [each.encode() for each in names]
                for name in names:
                    part.create_dataset(name, data=weights[name])
        try:
            net, _ = load_whole(hdf5, True, False)
        except ModelpressError as error:
            error.where = str(path)
            raise
    return net


def _layer_names(config: dict[str, Any]) -> dict[str, list[str]]:
    """Returns name of each layer → the names that its weights start with, in order. The weights of
    a model within the model start with their own layers' names."""
    inner = config.get("config", config)
    listed = inner if isinstance(inner, list) else inner.get("layers", [])
    names: dict[str, list[str]] = {}
    for each in listed:
        name = each.get("name") or each["config"]["name"]
        nested = each.get("class_name") in ("Sequential", "Functional", "Model")
        starts = [one for group in _layer_names(each).values() for one in group] if nested else []
        names[name] = [name, *starts]
    return names


def _graph(content: dict[str, Any], weights: Weights, path: Path) -> Any:
    try:
        definition = json_format.ParseDict(
            _without_device(content["modelTopology"]),
            tf.compat.v1.GraphDef(),
            ignore_unknown_fields=True,
        )
    except json_format.ParseError as error:
        raise ModelpressError(
            "The graph in this model.json can't be read.", where=str(path), found=reason(error)
        ) from error
    for node in definition.node:
        if node.op == "Const":
            if node.name not in weights:
                raise ModelpressError(
                    "A weight of this TensorFlow.js model is missing.",
                    where=str(path),
                    found=f"no `{node.name}` in the weight files",
                )
            dtype = tf.as_dtype(node.attr["dtype"].type)
            value = tf.make_tensor_proto(weights[node.name], dtype=dtype)
            node.attr["value"].tensor.CopyFrom(value)
    _split_fused(definition)
    signature = (content.get("userDefinedMetadata") or {}).get("signature") or content.get(
        "signature", {}
    )
    inputs = {str(each["name"]): name for name, each in signature.get("inputs", {}).items()}
    feeds, used = [], set()
    for node in definition.node:
        used |= {each.split(":")[0].lstrip("^") for each in node.input}
        if node.op == "Placeholder":
            tensor = f"{node.name}:0"
            shape = node.attr["shape"].shape
            sizes = [d.size if d.size >= 0 else None for d in shape.dim]
            dtype = tf.as_dtype(node.attr["dtype"].type).name
            name = inputs.get(tensor, node.name).split(":")[0].replace("/", "_")
            feeds.append((tensor, None if shape.unknown_rank else sizes, dtype, name))
    fetches = [str(each["name"]) for each in signature.get("outputs", {}).values()]
    if not fetches:
        last = [n.name for n in definition.node if n.name not in used and n.op != "NoOp"]
        fetches = [f"{name}:0" for name in last]
    try:
        return graph_model(definition, feeds, fetches, str(path))
    except (ValueError, tf.errors.OpError) as error:
        raise ModelpressError(
            "TensorFlow can't run the graph in this model.json.",
            where=str(path),
            found=reason(error),
            next_step="Bring the model that it was converted from.",
        ) from error


def _without_device(topology: Any) -> Any:
    """Returns the graph as the JSON of protocol buffers: TensorFlow.js writes strings as lists of
    numbers in places."""

    def plain(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: plain(each, key) for key, each in value.items()}
        if isinstance(value, list):
            if name == "s" and all(isinstance(each, int) for each in value):
                return base64.b64encode(bytes(value)).decode()
            return [plain(each) for each in value]
        return value

    return plain(topology)


def _split_fused(definition: Any) -> None:
    """Replaces operations of TensorFlow.js alone, which are fused from others, by these."""
    nodes = list(definition.node)
    del definition.node[:]
    for node in nodes:
        if node.op not in ("FusedDepthwiseConv2dNative", "Prelu"):
            definition.node.add().CopyFrom(node)
            continue
        if node.op == "Prelu":
            _split_prelu(definition, node)
        else:
            _split_depthwise(definition, node)


def _split_prelu(definition: Any, node: Any) -> None:
    given, slope = node.input

    def add(op: str, name: str, *inputs: str) -> None:
        new = definition.node.add(op=op, name=name, input=inputs)
        new.attr["T"].type = tf.float32.as_datatype_enum

    add("Relu", f"{node.name}/positive", given)
    add("Neg", f"{node.name}/negated", given)
    add("Relu", f"{node.name}/negative", f"{node.name}/negated")
    add("Mul", f"{node.name}/scaled", slope, f"{node.name}/negative")
    add("Sub", node.name, f"{node.name}/positive", f"{node.name}/scaled")


def _split_depthwise(definition: Any, node: Any) -> None:
    steps = [op.decode() for op in node.attr["fused_ops"].list.s if op != b"NoOp"]
    last = node.input[0]
    names = [f"{node.name}/convolution", *(f"{node.name}/{each}" for each in steps)]
    names[-1] = node.name
    new = definition.node.add(op="DepthwiseConv2dNative", name=names[0])
    new.input.extend([last, node.input[1]])
    for key in ("T", "strides", "padding", "dilations", "data_format", "explicit_paddings"):
        if key in node.attr:
            new.attr[key].CopyFrom(node.attr[key])
    further = list(node.input[2:])
    for step, name, before in zip(steps, names[1:], names, strict=False):
        new = definition.node.add(op="LeakyRelu" if step == "LeakyRelu" else step, name=name)
        new.input.append(before)
        new.attr["T"].CopyFrom(node.attr["T"])
        if step == "BiasAdd":
            new.input.append(further.pop(0))
        elif step == "LeakyRelu" and "leakyrelu_alpha" in node.attr:
            new.attr["alpha"].f = node.attr["leakyrelu_alpha"].f
