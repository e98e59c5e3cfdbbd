"""Hand-written TensorFlow.js models of one dense layer, for tests that need no training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from modelpress.node.bundle import BundleModel

ACTIVATIONS = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid"}


def write_dense(
    folder: Path, slug: str, weights: np.ndarray[Any, np.dtype[np.float32]], activation: str
) -> BundleModel:
    """A dense layer without bias, in both formats, below `folder`/`slug`.

    weights: float32 of shape (inputs, outputs). activation: a name of ACTIVATIONS.
    """
    inputs, outputs = weights.shape
    directory = folder / slug
    _write(directory / "graph", _graph(inputs, outputs, ACTIVATIONS[activation]), weights)
    _write(directory / "layers", _layers(inputs, outputs, activation), weights)
    graph, layers = directory / "graph", directory / "layers"
    return BundleModel(slug, graph, layers, (inputs,), ("number",), ("number",))


def _write(
    folder: Path, content: dict[str, Any], weights: np.ndarray[Any, np.dtype[np.float32]]
) -> None:
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(json.dumps(content))
    (folder / "weights.bin").write_bytes(weights.tobytes())


def _graph(inputs: int, outputs: int, op: str) -> dict[str, Any]:
    def dims(*sizes: int) -> dict[str, Any]:
        return {"dim": [{"size": str(size)} for size in sizes]}

    float32 = {"type": "DT_FLOAT"}
    false = {"b": False}
    return {
        "format": "graph-model",
        "modelTopology": {
            "versions": {"producer": 1882},
            "library": {},
            "node": [
                {
                    "name": "x",
                    "op": "Placeholder",
                    "attr": {"dtype": float32, "shape": {"shape": dims(-1, inputs)}},
                },
                {
                    "name": "w",
                    "op": "Const",
                    "attr": {
                        "dtype": float32,
                        "value": {
                            "tensor": {"dtype": "DT_FLOAT", "tensorShape": dims(inputs, outputs)}
                        },
                    },
                },
                {
                    "name": "product",
                    "op": "MatMul",
                    "input": ["x", "w"],
                    "attr": {"T": float32, "transpose_a": false, "transpose_b": false},
                },
                {"name": "answer", "op": op, "input": ["product"], "attr": {"T": float32}},
            ],
        },
        "weightsManifest": [
            {
                "paths": ["weights.bin"],
                "weights": [{"name": "w", "shape": [inputs, outputs], "dtype": "float32"}],
            }
        ],
    }


def _layers(inputs: int, outputs: int, activation: str) -> dict[str, Any]:
    return {
        "format": "layers-model",
        "modelTopology": {
            "keras_version": "3.0.0",
            "backend": "tensorflow",
            "model_config": {
                "class_name": "Sequential",
                "config": {
                    "name": "tiny",
                    "layers": [
                        {
                            "class_name": "Dense",
                            "config": {
                                "name": "dense",
                                "batch_input_shape": [None, inputs],
                                "units": outputs,
                                "activation": activation,
                                "use_bias": False,
                            },
                        }
                    ],
                },
            },
        },
        "weightsManifest": [
            {
                "paths": ["weights.bin"],
                "weights": [
                    {"name": "dense/kernel", "shape": [inputs, outputs], "dtype": "float32"}
                ],
            }
        ],
    }
