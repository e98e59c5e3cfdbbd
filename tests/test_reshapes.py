"""Shapes that a graph computes become constants, and the graph still says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from modelpress.conversion.convert import convert
from modelpress.conversion.reshapes import constant_shapes
from modelpress.training.saving import save


def converted(net: Any, folder: Path) -> tuple[dict[str, Any], bytes]:
    save(net, folder / "model.keras")
    convert(folder / "model.keras", net.input_shape[1:], folder / "out")
    graph = folder / "out/graph"
    return json.loads((graph / "model.json").read_bytes()), (graph / "weights.bin").read_bytes()


def test_no_graph_asks_for_the_batch_size(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    layers = [
        keras.Input((6, 4)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Reshape((6, 4, 1)),
        keras.layers.Conv2D(3, 3),
        keras.layers.Flatten(),
        keras.layers.Dense(2),
    ]
    net = keras.Sequential(layers)
    model_json, weights = converted(net, tmp_path)
    nodes = {node["name"]: node for node in model_json["modelTopology"]["node"]}
    assert not {"Shape", "StridedSlice", "Pack"} & {node["op"] for node in nodes.values()}
    (group,) = model_json["weightsManifest"]
    sizes = [4 * int(np.prod(spec["shape"])) for spec in group["weights"]]
    assert sum(sizes) == len(weights)
    ends = np.cumsum(sizes)
    found = {
        spec["name"]: np.frombuffer(weights[end - size : end], f"<{spec['dtype'][0]}4").tolist()
        for spec, size, end in zip(group["weights"], sizes, ends, strict=True)
    }
    shapes = [found[node["input"][1]] for node in nodes.values() if node["op"] == "Reshape"]
    assert sorted(shapes) == [[-1, 6, 4, 1], [-1, 4 * 2 * 3]]
    assert {node["name"] for node in nodes.values() if node["op"] == "Const"} == set(found)
    kernel = net.layers[-1].get_weights()[0]
    assert kernel.ravel().tolist() in found.values()


def test_a_graph_without_such_shapes_stays_as_it_is(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model_json, weights = converted(net, tmp_path)
    before = json.dumps(model_json)
    assert constant_shapes(model_json, weights) == weights
    assert json.dumps(model_json) == before
