"""Networks put together by hand, as the converter writes them: for the exact engine's tests, in
Python and in browsers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.exact.graph import graph_of
from modelpress.exact.network import Network
from tests.vectors.exact import flag, floats, numbers, single, text, texts

Array = npt.NDArray[Any]
Json = dict[str, Any]
_TYPES = {"f": ("float32", "DT_FLOAT"), "i": ("int32", "DT_INT32")}


@dataclass
class Graph:
    """nodes and weights so far; each method returns the name of what it adds."""

    shape: tuple[int, ...]
    nodes: list[Json] = field(default_factory=list)
    manifest: list[Json] = field(default_factory=list)
    weights: bytes = b""

    def __post_init__(self) -> None:
        self.nodes.append({"name": "x", "op": "Placeholder", "attr": {}})

    def constant(self, value: Array | list[int]) -> str:
        array = np.asarray(value, np.int32 if isinstance(value, list) else value.dtype)
        name = f"constant{len(self.nodes)}"
        self.nodes.append({"name": name, "op": "Const", "attr": {}})
        dtype = _TYPES[array.dtype.kind][0]
        self.manifest.append({"name": name, "shape": list(array.shape), "dtype": dtype})
        self.weights += array.astype(array.dtype.newbyteorder("<")).tobytes()
        return name

    def add(self, op: str, *inputs: str | Array | list[int], **attributes: Json) -> str:
        names = [x if isinstance(x, str) else self.constant(x) for x in inputs]
        name = f"{op}{len(self.nodes)}"
        attr = {"T": {"type": "DT_FLOAT"}, **attributes}
        self.nodes.append({"name": name, "op": op, "input": names, "attr": attr})
        return name

    def dense(self, x: str, inputs: int, outputs: int, activation: str = "", seed: int = 1) -> str:
        weights = floats(inputs, outputs, seed=seed, scale=1.2 / inputs**0.5)
        fused = texts("BiasAdd", *([activation] if activation else []))
        bias = floats(outputs, seed=seed + 100, scale=0.1)
        return self.add("_FusedMatMul", x, weights, bias, fused_ops=fused)

    def model_json(self) -> Json:
        dims = [{"size": str(length)} for length in (-1, *self.shape)]
        given = {"name": "x:0", "dtype": "DT_FLOAT", "tensorShape": {"dim": dims}}
        return {
            "format": "graph-model",
            "modelTopology": {"node": self.nodes},
            "signature": {
                "inputs": {"x": given},
                "outputs": {"output_0": {"name": f"{self.nodes[-1]['name']}:0"}},
            },
            "weightsManifest": [{"paths": ["weights.bin"], "weights": self.manifest}],
        }

    def network(self) -> Network:
        return Network(graph_of(self.model_json(), self.weights))

    def described(self, inputs: Array) -> Json:
        """All that another engine needs to predict for these inputs."""
        return {
            "json": self.model_json(),
            "weights": base64.b64encode(self.weights).decode(),
            "shape": list(self.shape),
            "inputs": base64.b64encode(inputs.astype("<f4").tobytes()).decode(),
        }

    def inputs(self, count: int = 40) -> Array:
        return floats(count, *self.shape, seed=9)


def convolutional() -> Graph:
    graph = Graph((12, 11, 2))
    one = {"strides": numbers(1, 1, 1, 1), "padding": text("SAME")}
    two = {"strides": numbers(1, 2, 2, 1), "padding": text("VALID")}
    kernel, bias = floats(3, 3, 2, 6, scale=0.3), floats(6, scale=0.1)
    x = graph.add("_FusedConv2D", "x", kernel, bias, fused_ops=texts("BiasAdd", "Relu"), **one)
    x = graph.add("MaxPool", x, ksize=numbers(1, 2, 2, 1), **two)
    x = graph.add("DepthwiseConv2dNative", x, floats(3, 3, 6, 2, seed=2, scale=0.3), **one)
    moments = [floats(12, seed=s) for s in (3, 4, 5)]
    moments.append(np.abs(floats(12, seed=6)) + np.float32(0.1))
    x = graph.add("FusedBatchNormV3", x, *moments, epsilon={"f": 0.001})
    x = graph.add("Tanh", x)
    x = graph.add("AvgPool", x, ksize=numbers(1, 2, 2, 1), **two)
    x = graph.add("Reshape", x, [-1, 72])
    x = graph.dense(x, 72, 16, "Sigmoid")
    graph.add("Softmax", graph.dense(x, 16, 10, seed=7))
    return graph


def attention() -> Graph:
    """A block of a transformer, with its exact GELU and its layer normalisation."""
    graph = Graph((6, 8))
    q, k, v = (
        graph.add("Einsum", "x", floats(8, 2, 4, seed=s, scale=0.5), equation=text("abc,cde->abde"))
        for s in (1, 2, 3)
    )
    scores = graph.add("Einsum", k, q, equation=text("aecd,abcd->acbe"))
    weights = graph.add("Softmax", graph.add("Mul", scores, single(0.5)))
    mixed = graph.add("Einsum", weights, v, equation=text("acbe,aecd->abcd"))
    out = graph.add(
        "Einsum", mixed, floats(2, 4, 8, seed=4, scale=0.5), equation=text("abcd,cde->abe")
    )
    x = graph.add("AddV2", "x", out)
    mean = graph.add("Mean", x, [-1], keep_dims=flag(True))
    squares = graph.add("SquaredDifference", x, mean)
    variance = graph.add("Mean", squares, [-1], keep_dims=flag(True))
    scale = graph.add("Rsqrt", graph.add("AddV2", variance, single(0.001)))
    x = graph.add("Mul", graph.add("Sub", x, mean), scale)
    half = graph.add("Erf", graph.add("Mul", x, single(0.70710677)))
    x = graph.add("Mul", graph.add("Mul", x, single(0.5)), graph.add("AddV2", half, single(1)))
    graph.dense(graph.add("Reshape", x, [-1, 48]), 48, 3)
    return graph


def deep() -> Graph:
    """Twenty dense layers, among them each activation that an operation can fuse, and waves."""
    graph = Graph((5,))
    x = graph.dense("x", 5, 32, "Relu")
    activations = ("Elu", "Sigmoid", "LeakyRelu", "Relu6", "Tanh", "Selu", "Softplus", "Sin", "Cos")
    for layer in range(18):
        name = activations[layer % len(activations)]
        if name in ("Elu", "Sigmoid", "LeakyRelu", "Relu6", "Tanh"):
            x = graph.dense(x, 32, 32, name, seed=layer + 2)
        else:
            x = graph.add(name, graph.dense(x, 32, 32, seed=layer + 2))
    graph.dense(x, 32, 4, seed=50)
    return graph


NETWORKS: dict[str, Callable[[], Graph]] = {
    "convolutional": convolutional,
    "attention": attention,
    "deep": deep,
}

# In JavaScript: the bytes of all predictions of a network, in hexadecimal. `engine` is the module.
PREDICT = """
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
const network = new engine.Network(each.json, bytes(each.weights), each.shape, engine.operations);
const inputs = new Float32Array(bytes(each.inputs));
const size = each.shape.reduce((product, length) => product * length, 1);
let found = "";
for (let at = 0; at < inputs.length; at += size) {
  const { values } = network.predict(inputs.subarray(at, at + size));
  for (const byte of engine.digestBytes(values)) found += byte.toString(16).padStart(2, "0");
}
return found;
"""
