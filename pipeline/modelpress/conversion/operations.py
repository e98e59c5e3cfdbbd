"""Repairs graph models: operations that TensorFlow.js lacks, by others; names what remains.

Types that browsers lack become float32 and int32.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import keras
import numpy as np

from modelpress.core.errors import ModelFailure
from modelpress.core.operation_names import layer_in

Json = dict[str, Any]

_TYPES = {
    **dict.fromkeys(("DT_HALF", "DT_BFLOAT16", "DT_DOUBLE"), "DT_FLOAT"),
    **dict.fromkeys(
        ("DT_INT64", "DT_INT16", "DT_INT8", "DT_UINT8", "DT_UINT16", "DT_UINT32"), "DT_INT32"
    ),
}
_RANDOM = ("Random", "StatelessRandom", "Multinomial", "StatelessMultinomial", "TruncatedNormal")
# Another name of the same operation.
_SAME = {
    "Rint": "Round",
    "Inv": "Reciprocal",
    "BatchMatMulV3": "BatchMatMulV2",
    "LogicalXor": "NotEqual",
}


class _Constants:
    """Constants that composed operations need, each once."""

    def __init__(self) -> None:
        self.nodes: list[Json] = []
        self.weights: list[Json] = []
        self.content = b""

    def add(self, name: str, values: Any, dtype: str = "float32") -> str:
        """Returns the name of a constant, which is new or has these values."""
        name = f"modelpress/{name}"
        if all(node["name"] != name for node in self.nodes):
            array = np.asarray(values, dtype)
            shape = {"dim": [{"size": str(size)} for size in array.shape]} if array.ndim else {}
            tensor = {"dtype": _DTYPES[dtype], "tensorShape": shape}
            attributes = {"dtype": {"type": _DTYPES[dtype]}, "value": {"tensor": tensor}}
            self.nodes.append({"name": name, "op": "Const", "attr": attributes})
            self.weights.append({"name": name, "shape": list(array.shape), "dtype": dtype})
            self.content += array.astype(array.dtype.newbyteorder("<")).tobytes()
        return name


_DTYPES = {"float32": "DT_FLOAT", "int32": "DT_INT32"}


def rewrite(model_json: Json, weights: bytes) -> bytes:
    """Replaces operations and types that TensorFlow.js lacks, in place; returns the weights."""
    nodes: list[Json] = []
    constants = _Constants()
    for node in model_json["modelTopology"]["node"]:
        _narrow(node)
        node["op"] = _SAME.get(node["op"], node["op"])
        composed = _COMPOSED.get(node["op"])
        nodes += composed(node, constants) if composed else [node]
    if constants.nodes:
        groups = model_json["weightsManifest"] or [{"paths": [], "weights": []}]
        groups[-1]["weights"] += constants.weights
        model_json["weightsManifest"] = groups
    model_json["modelTopology"]["node"] = [*constants.nodes, *nodes]
    for tensors in model_json["signature"].values():
        for tensor in tensors.values() if isinstance(tensors, dict) else ():
            tensor["dtype"] = _TYPES.get(tensor["dtype"], tensor["dtype"])
    return weights + constants.content


def _narrow(node: Json) -> None:
    for attribute in node.get("attr", {}).values():
        if attribute.get("type") in _TYPES:
            attribute["type"] = _TYPES[attribute["type"]]
        tensor = attribute.get("tensor") or attribute.get("value", {}).get("tensor")
        if tensor and tensor.get("dtype") in _TYPES:
            tensor["dtype"] = _TYPES[tensor["dtype"]]


def _erfc(node: Json, constants: _Constants) -> list[Json]:
    """1 - erf(x)."""
    erf, one = f"{node['name']}/erf", constants.add("one", 1)
    return [
        {"name": erf, "op": "Erf", "input": node["input"], "attr": node["attr"]},
        {"name": node["name"], "op": "Sub", "input": [one, erf], "attr": node["attr"]},
    ]


def _softsign(node: Json, constants: _Constants) -> list[Json]:
    """x / (1 + |x|)."""
    size, sum_, one = f"{node['name']}/abs", f"{node['name']}/sum", constants.add("one", 1)
    x, rest = node["input"][0], node["input"][1:]
    return [
        {"name": size, "op": "Abs", "input": [x, *rest], "attr": node["attr"]},
        {"name": sum_, "op": "AddV2", "input": [size, one], "attr": node["attr"]},
        {"name": node["name"], "op": "RealDiv", "input": [x, sum_], "attr": node["attr"]},
    ]


def _bucketize(node: Json, constants: _Constants) -> list[Json]:
    """The number of boundaries that x reaches."""
    name, input_ = node["name"], node["input"]
    listed = node["attr"].get("boundaries", {}).get("list", {}).get("f", [])
    # TensorFlow compares in double precision, with boundaries that are float32.
    boundaries = constants.add(f"{name}/boundaries", listed)
    last = constants.add("last", -1, "int32")
    wide, reached, ones = (f"{name}/{part}" for part in ("wide", "reached", "ones"))
    single, whole = {"type": "DT_FLOAT"}, {"type": "DT_INT32"}
    no = {"b": False}
    return [
        {
            "name": f"{name}/single",
            "op": "Cast",
            "input": input_,
            "attr": {"SrcT": node["attr"].get("T", single), "DstT": single, "Truncate": no},
        },
        {
            "name": wide,
            "op": "ExpandDims",
            "input": [f"{name}/single", last],
            "attr": {"T": single, "Tdim": whole},
        },
        {
            "name": reached,
            "op": "GreaterEqual",
            "input": [wide, boundaries],
            "attr": {"T": single},
        },
        {
            "name": ones,
            "op": "Cast",
            "input": [reached],
            "attr": {"SrcT": {"type": "DT_BOOL"}, "DstT": whole, "Truncate": no},
        },
        {
            "name": name,
            "op": "Sum",
            "input": [ones, last],
            "attr": {"T": whole, "Tidx": whole, "keep_dims": no},
        },
    ]


_COMPOSED: dict[str, Callable[[Json, _Constants], list[Json]]] = {
    "Bucketize": _bucketize,
    "Erfc": _erfc,
    "Softsign": _softsign,
}


def known_operations() -> frozenset[str]:
    """Returns the TensorFlow operations that TensorFlow.js' converter knows."""
    folder = resources.files("tensorflowjs").joinpath("op_list")
    files = [file for file in folder.iterdir() if file.name.endswith(".json")]
    listed = [json.loads(file.read_text()) for file in files]
    return frozenset(each["tfOpName"] for group in listed for each in group)


def require_operations(net: Any, model_json: Json) -> None:
    """Raises ModelFailure for a random operation, or one that TensorFlow.js lacks."""
    known = known_operations()
    for node in model_json["modelTopology"]["node"]:
        op = node["op"]
        if op.startswith(_RANDOM):
            raise ModelFailure(
                "A prediction of this network is random.",
                where=layer_of(net, node["name"]),
                found=f"the operation {op}",
                expected="equal predictions for equal inputs",
                next_step="Let `call(self, x, training=False)` of the layer draw random numbers "
                "only if `training` is true.",
            )
        if op not in known:
            raise ModelFailure(
                "TensorFlow.js lacks an operation of this network.",
                where=layer_of(net, node["name"]),
                found=f"the operation {op}",
                expected="operations that the documentation of its converter lists",
                next_step="Compute it before the network, in `data`, or build the layer from "
                "other functions of keras.ops.",
            )


def layer_of(net: Any, operation: str) -> str:
    """Returns the layer of an operation of the graph, by its name."""
    layers = {
        layer.name: layer
        for layer in net._flatten_layers(include_self=False)
        if not isinstance(layer, keras.layers.InputLayer)
    }
    name = layer_in(operation, layers)
    return f"layer `{name}` ({type(layers[name]).__name__})" if name else f"model `{net.name}`"
