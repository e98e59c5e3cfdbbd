"""A graph model as the converter writes it: its nodes, their attributes, the weights' values."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError

Array = npt.NDArray[Any]
Json = dict[str, Any]

DTYPES: dict[str, npt.DTypeLike] = {"float32": "<f4", "int32": "<i4", "bool": "?"}
_TENSORFLOW = {
    "DT_FLOAT": np.float32,
    "DT_INT32": np.int32,
    "DT_INT64": np.int32,  # TensorFlow.js has no other integers
    "DT_BOOL": np.bool_,
}


@dataclass(frozen=True)
class Node:
    """An operation of the graph. inputs: names of the tensors that it reads."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Json

    def flag(self, name: str) -> bool:
        return bool(self.attributes.get(name, {}).get("b", False))

    def integer(self, name: str, default: int = 0) -> int:
        return int(self.attributes.get(name, {}).get("i", default))

    def number(self, name: str, default: float) -> float:
        return float(self.attributes.get(name, {}).get("f", default))

    def integers(self, name: str) -> list[int]:
        return [int(i) for i in self.attributes.get(name, {}).get("list", {}).get("i", [])]

    def text(self, name: str, default: str = "") -> str:
        found = self.attributes.get(name, {}).get("s")
        return default if found is None else base64.b64decode(found).decode()

    def texts(self, name: str) -> list[str]:
        listed = self.attributes.get(name, {}).get("list", {}).get("s", [])
        return [base64.b64decode(text).decode() for text in listed]

    def dtype(self, name: str) -> npt.DTypeLike:
        return _TENSORFLOW[self.attributes[name]["type"]]


@dataclass(frozen=True)
class Graph:
    """nodes: each after those whose results it reads. inputs, outputs: names of tensors in the
    order of the signature."""

    nodes: tuple[Node, ...]
    weights: dict[str, Array]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def read_graph(folder: Path) -> Graph:
    """The graph model in `folder`: model.json and weights.bin."""
    content = json.loads((folder / "model.json").read_text("utf-8"))
    return graph_of(content, (folder / "weights.bin").read_bytes())


def graph_of(content: Json, weights: bytes) -> Graph:
    """The graph of a parsed model.json and the bytes of its weights."""
    signature = content["signature"]
    outputs = tuple(each["name"] for each in signature["outputs"].values())
    return Graph(
        nodes=ordered(_reached(content["modelTopology"]["node"], outputs)),
        weights=_weights(content["weightsManifest"], weights),
        inputs=tuple(node_name(each["name"]) for each in signature["inputs"].values()),
        outputs=outputs,
    )


def _reached(listed: list[Json], outputs: tuple[str, ...]) -> list[Node]:
    """The nodes that the outputs need, without control inputs, which change no value."""
    nodes = {}
    for node in listed:
        inputs = tuple(name for name in node.get("input", ()) if not name.startswith("^"))
        nodes[node["name"]] = Node(node["name"], node["op"], inputs, node.get("attr", {}))
    waiting = [node_name(name) for name in outputs]
    needed = set(waiting)
    while waiting:
        found = {node_name(name) for name in nodes[waiting.pop()].inputs} - needed
        needed |= found
        waiting += found
    return [node for node in nodes.values() if node.name in needed]


def node_name(tensor: str) -> str:
    """The node of a tensor `name:1`."""
    return tensor.partition(":")[0]


def output_number(tensor: str) -> int:
    """Which result of its node the tensor `name:1` is."""
    return int(tensor.partition(":")[2] or 0)


def ordered(nodes: list[Node]) -> tuple[Node, ...]:
    """The nodes, each after its inputs; otherwise in the file's order. What goes back to the start
    of a loop, from NextIteration to Merge, is no order."""
    by_name = {node.name: node for node in nodes}
    done: dict[str, Node] = {}
    opened: set[str] = set()
    for first in nodes:
        waiting = [first.name]
        while waiting:
            node = by_name[waiting[-1]]
            names = [name for name in map(node_name, node.inputs) if name not in done]
            if node.op == "Merge":
                names = [name for name in names if by_name[name].op != "NextIteration"]
            if node.name in done or not names:
                done.setdefault(node.name, node)
                waiting.pop()
                continue
            if opened.intersection(names):
                raise ModelpressError(
                    "The operations of this graph need each other in a circle.",
                    where=f"operation `{node.name}`",
                )
            opened.add(node.name)
            waiting += reversed(names)
    return tuple(done.values())


def _weights(manifest: list[Json], content: bytes) -> dict[str, Array]:
    values, at = {}, 0
    for spec in (spec for group in manifest for spec in group["weights"]):
        quantised = spec.get("quantization", {})
        stored = np.dtype(quantised.get("dtype", DTYPES.get(spec["dtype"], spec["dtype"])))
        count = math.prod(spec["shape"])
        raw = np.frombuffer(content, stored.newbyteorder("<"), count, at)
        at += count * stored.itemsize
        values[spec["name"]] = _decoded(raw, quantised, spec["dtype"]).reshape(spec["shape"])
    return values


def _decoded(raw: Array, quantised: Json, dtype: str) -> Array:
    """Dequantizes stored values."""
    if "scale" not in quantised:
        return raw.astype(DTYPES[dtype])
    exact = raw.astype(np.float64) * quantised["scale"] + quantised["min"]
    values: Array = exact if dtype == "float32" else np.rint(exact)
    return values.astype(DTYPES[dtype])
