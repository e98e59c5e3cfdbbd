"""Repairs graph models: a shape that is known except for the batch size becomes a constant.

Keras' Flatten and Reshape read the batch size while the graph runs: `Shape`, `StridedSlice` and
`Pack` compute the shape for `Reshape`. A GPU must read that shape back before it continues. WebGPU
can't do so at all ("Size(784) must match the product of shape 0,0"), and WebGL waits at each
prediction. -1 in place of the batch size is equivalent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from modelpress.conversion.shards import weights_of

Json = dict[str, Any]


def constant_shapes(
    model_json: Json, weights: bytes, known: Mapping[str, Sequence[int]] | None = None
) -> bytes:
    """Makes such shapes constants, in place; returns the matching weights file.

    known: shapes by the name of their Reshape, -1 for the one open size.

    Leaves a model that computes no shape, and its weights, unchanged.
    """
    nodes = {node["name"]: node for node in model_json["modelTopology"]["node"]}
    groups = model_json["weightsManifest"]
    found_weights = weights_of(model_json, weights)
    if found_weights is None:
        return weights
    specs = [spec for spec, _ in found_weights]
    values = {spec["name"]: content for spec, content in found_weights}
    changed = False
    for node in list(nodes.values()):
        if node["op"] != "Reshape" or _node(node["input"][1]) in values:
            continue
        found = (
            (known or {}).get(node["name"])
            or _constant(nodes, values, node["input"][1])
            or _rows(nodes, specs, node["name"])
        )
        shape = list(found or ())
        if not shape:
            continue
        name = f"{node['name']}/constant_shape"
        nodes[name] = _const_node(name, len(shape))
        values[name] = np.array(shape, "<i4").tobytes()
        specs.append({"name": name, "shape": [len(shape)], "dtype": "int32"})
        node["input"][1] = name
        changed = True
    if not changed:
        return weights
    reachable = _reached(nodes, model_json)
    model_json["modelTopology"]["node"] = [n for name, n in nodes.items() if name in reachable]
    specs = [spec for spec in specs if spec["name"] in reachable]
    groups[:] = [{**groups[0], "weights": specs}]
    return b"".join(values[spec["name"]] for spec in specs)


def _constant(nodes: dict[str, Json], values: dict[str, bytes], name: str) -> list[int] | None:
    """Returns the shape that the node `name` packs, with -1 for its one dynamic dimension."""
    pack = nodes[_node(name)]
    if pack["op"] != "Pack":
        return None
    shape = []
    for each in pack["input"]:
        if _node(each) in values:
            shape.append(int(np.frombuffer(values[_node(each)], "<i4")[0]))
        elif _is_dimension(nodes, nodes[_node(each)]):
            shape.append(-1)
        else:
            return None
    # -1 is ambiguous with several dynamic dimensions or an empty one.
    return shape if shape.count(-1) == 1 and 0 not in shape else None


def _rows(nodes: dict[str, Json], specs: list[Json], name: str) -> list[int] | None:
    """Returns the shape of a matrix that is only multiplied by weights: as many columns as rows."""
    shapes = {spec["name"]: spec["shape"] for spec in specs}
    readers = [node for node in nodes.values() if name in node.get("input", ())]
    found = {
        tuple(shapes.get(node["input"][1], ()))
        for node in readers
        if node["op"] in ("MatMul", "_FusedMatMul")
        and node["input"][0] == name
        and not node["attr"].get("transpose_a", {}).get("b")
        and not node["attr"].get("transpose_b", {}).get("b")
    }
    known = len(found) == 1 and len(readers) > 0 and all(len(shape) == 2 for shape in found)
    if not known or any(name not in node["input"][:1] for node in readers):
        return None
    return [-1, next(iter(found))[0]]


def _is_dimension(nodes: dict[str, Json], node: Json) -> bool:
    """Returns whether a node is one dimension of a tensor's shape."""
    return bool(node["op"] == "StridedSlice" and nodes[_node(node["input"][0])]["op"] == "Shape")


def _node(tensor: str) -> str:
    """Returns the node of a tensor `name:0` or of a control input `^name`."""
    return tensor.removeprefix("^").partition(":")[0]


def _const_node(name: str, length: int) -> Json:
    tensor = {"dtype": "DT_INT32", "tensorShape": {"dim": [{"size": str(length)}]}}
    attr = {"dtype": {"type": "DT_INT32"}, "value": {"tensor": tensor}}
    return {"name": name, "op": "Const", "attr": attr}


def _reached(nodes: dict[str, Json], model_json: Json) -> set[str]:
    """Returns the names of the nodes that the outputs need, and of the inputs."""
    signature = model_json["signature"]
    ends = [*signature["outputs"].values(), *signature["inputs"].values()]
    waiting = [_node(tensor["name"]) for tensor in ends]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [_node(tensor) for tensor in nodes[name].get("input", [])]
    return reached
