"""Repairs graph models: splits activations that TensorFlow.js can't fuse from their layer.

TensorFlow's optimizer fuses matrix product, bias and activation, with oneDNN even tanh. The
backends of TensorFlow.js 4.22.0 support six fused activations ("Activation tanh has not been
implemented for the CPU backend").
"""

from __future__ import annotations

import base64
import math
from typing import Any

Json = dict[str, Any]

# Fused activations that all of the cpu, wasm, webgl and webgpu backends support.
FUSED = frozenset({"Relu", "Relu6", "Elu", "Prelu", "LeakyRelu", "Sigmoid"})
_BIAS = "BiasAdd"


def split_activations(model_json: Json) -> None:
    """Splits such operations in two, in place; the second keeps the name that consumers read."""
    nodes = []
    for node in model_json["modelTopology"]["node"]:
        names = _fused(node)
        if not names or names[-1] in FUSED | {_BIAS}:
            nodes.append(node)
            continue
        linear = f"{node['name']}/linear"
        fused = [base64.b64encode(name.encode()).decode() for name in names[:-1]]
        attributes = {**node["attr"], "fused_ops": {"list": {"s": fused}}}
        nodes.append({**node, "name": linear, "attr": attributes})
        nodes.append(
            {
                "name": node["name"],
                "op": names[-1],
                "input": [linear],
                "attr": {"T": node["attr"]["T"]},
            }
        )
    model_json["modelTopology"]["node"] = nodes


def _fused(node: Json) -> list[str]:
    """Returns the operations that a node fuses with its own, in order."""
    listed = node.get("attr", {}).get("fused_ops", {}).get("list", {}).get("s", [])
    return [base64.b64decode(name).decode() for name in listed]


def flat_biases(model_json: Json) -> None:
    """Gives the bias of a fused convolution one dimension, which the wasm backend requires.

    For one filter, TensorFlow's optimizer leaves the bias with the rank of its output.
    """
    nodes = {node["name"]: node for node in model_json["modelTopology"]["node"]}
    specs = {
        spec["name"]: spec for group in model_json["weightsManifest"] for spec in group["weights"]
    }
    for node in nodes.values():
        if _fused(node)[:1] != [_BIAS]:
            continue
        bias = nodes[node["input"][2].partition(":")[0]]
        spec = specs.get(bias["name"])
        readers = [n for n in nodes.values() if bias["name"] in n.get("input", ())]
        only = all(_fused(n)[:1] == [_BIAS] and n["input"][2] == bias["name"] for n in readers)
        if spec is None or len(spec["shape"]) < 2 or not only:
            continue
        length = spec["shape"][-1]
        if math.prod(spec["shape"]) == length:
            spec["shape"] = [length]
            bias["attr"]["value"]["tensor"]["tensorShape"] = {"dim": [{"size": str(length)}]}


def split_sums(model_json: Json) -> None:
    """Splits a product from a sum that is no bias, in place: wasm and webgpu add only vectors."""
    specs = {spec["name"] for group in model_json["weightsManifest"] for spec in group["weights"]}
    nodes = []
    for node in model_json["modelTopology"]["node"]:
        added = _fused(node) == [_BIAS] and node["input"][2].partition(":")[0]
        if node["op"] != "_FusedMatMul" or not added or added in specs:
            nodes.append(node)
            continue
        product, sizes = f"{node['name']}/product", node["attr"]
        turned = {name: sizes[name] for name in ("transpose_a", "transpose_b") if name in sizes}
        attributes = {"T": sizes["T"], **turned}
        left, right, other = node["input"][:3]
        made = {"name": product, "op": "MatMul", "input": [left, right], "attr": attributes}
        total = {"op": "AddV2", "input": [product, other], "attr": {"T": sizes["T"]}}
        nodes += [made, {"name": node["name"], **total}]
    model_json["modelTopology"]["node"] = nodes
