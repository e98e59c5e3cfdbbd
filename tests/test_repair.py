"""Each repair of a layers model is needed: TensorFlow.js itself, run by Node, loads and matches
with all of them, and does not without any one."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.conversion import repair
from modelpress.conversion.layers import save_layers
from modelpress.node.bundle import assets_root, ensure_node

LOAD = """
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const { loadLayersModel } = require("@tensorflow/tfjs-layers");
class sin extends tf.serialization.Serializable {
  apply(x) { return tf.sin(x); }
  getConfig() { return {}; }
}
sin.className = "sin";
tf.serialization.registerClass(sin);
const { json, weights, input, shape } = JSON.parse(
  require("node:fs").readFileSync(0, "utf8"));
const bytes = Uint8Array.from(atob(weights), (c) => c.charCodeAt(0));
loadLayersModel(tf.io.fromMemory({
  modelTopology: json.modelTopology,
  weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
  weightData: bytes.buffer,
})).then((model) => {
  const output = tf.tidy(() => model.predict(tf.tensor(input, shape)));
  const kept = tf.memory().numTensors - model.weights.length - 1;
  if (kept > 0) throw new Error(`${kept} tensors are kept`);
  process.stdout.write(JSON.stringify([...output.dataSync()]));
});
"""


@keras.saving.register_keras_serializable(package="tests", name="sin")  # type: ignore[untyped-decorator]
def sin(x: Any) -> Any:
    return keras.ops.sin(x)


def sequential() -> Any:
    return keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Dense(4, "relu"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2, "softmax"),
        ],
        name="net",
    )


def functional() -> Any:
    x = keras.Input((8, 8, 1))
    y = keras.layers.Conv2D(3, 3, activation="relu", padding="same")(x)
    y = keras.layers.BatchNormalization()(y)
    y = keras.layers.Add()([y, keras.layers.Conv2D(3, 1)(x)])
    y = keras.layers.MaxPooling2D()(y)
    return keras.Model(x, keras.layers.Dense(2)(keras.layers.Flatten()(y)))


def sine() -> Any:
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(5, sin), keras.layers.Dense(1)])


def saved(build: Callable[[], Any], folder: Path) -> tuple[Any, dict[str, Any], bytes]:
    keras.utils.set_random_seed(1)
    net = build()
    save_layers(net, folder)
    model_json = json.loads((folder / "model.json").read_bytes())
    (shard,) = folder.glob("*.bin")
    return net, model_json, shard.read_bytes()


def answer_of_tfjs(net: Any, model_json: dict[str, Any], weights: bytes) -> tuple[Any, str]:
    """The largest difference from Keras on a few inputs, or None and what Node said."""
    import base64

    shape = [4, *net.input_shape[1:]]
    inputs = np.random.default_rng(1).uniform(0, 1, shape).astype("float32")
    request = {
        "json": model_json,
        "weights": base64.b64encode(weights).decode(),
        "input": inputs.ravel().tolist(),
        "shape": shape,
    }
    done = subprocess.run(
        [str(ensure_node()), "--eval", LOAD],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=assets_root(),
        check=False,
    )
    if done.returncode != 0:
        return None, done.stderr
    got = np.array(json.loads(done.stdout))
    return float(np.abs(got - net.predict(inputs, verbose=0).ravel()).max()), ""


def silu() -> Any:
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(5, "silu")])


def leaky() -> Any:
    slope = keras.layers.LeakyReLU(negative_slope=0.6)
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(5), slope])


def depthwise() -> Any:
    kernel = keras.layers.DepthwiseConv2D(3)
    return keras.Sequential([keras.Input((8, 8, 2)), kernel, keras.layers.Flatten()])


def recurrent() -> Any:
    lstm = keras.layers.LSTM(3, dropout=0.5, recurrent_dropout=0.5)
    return keras.Sequential([keras.Input((4, 2)), lstm])


NEEDED = [
    (sequential, repair.name_batch_input_shape),
    (sequential, repair.strip_model_name),
    (functional, repair.flatten_inbound_nodes),
    (functional, repair.list_inputs_and_outputs),
    (sine, repair.name_functions),
    (silu, repair.name_activations),
    (leaky, repair.name_slopes),
    (depthwise, repair.name_depthwise_kernels),
    (recurrent, repair.drop_recurrent_dropout),
]


def test_every_repair_has_its_case() -> None:
    assert tuple(fix for _, fix in NEEDED) == repair.REPAIRS


@pytest.mark.parametrize("build", dict.fromkeys(build for build, _ in NEEDED))
def test_repaired_models_answer_as_keras(build: Callable[[], Any], tmp_path: Path) -> None:
    net, model_json, weights = saved(build, tmp_path)
    repair.repair(model_json)
    difference, said = answer_of_tfjs(net, model_json, weights)
    assert said == ""
    assert difference < 1e-6
    again = copy.deepcopy(model_json)
    repair.repair(again)
    assert again == model_json


@pytest.mark.parametrize(("build", "left_out"), NEEDED, ids=lambda value: value.__name__)
def test_nothing_loads_without(
    build: Callable[[], Any], left_out: Callable[..., None], tmp_path: Path
) -> None:
    net, model_json, weights = saved(build, tmp_path)
    for fix in repair.REPAIRS:
        if fix is not left_out:
            fix(model_json)
    difference, said = answer_of_tfjs(net, model_json, weights)
    assert "Error" in said if difference is None else difference > 1e-3


def test_a_model_within_a_model_is_repaired_too() -> None:
    inner = {
        "class_name": "Functional",
        "config": {
            "layers": [{"class_name": "InputLayer", "config": {"batch_shape": [None, 3]}}],
            "input_layers": ["a", 0, 0],
            "output_layers": ["b", 0, 0],
        },
    }
    outer = {"class_name": "Sequential", "config": {"name": "net", "layers": [inner]}}
    model_json = {"modelTopology": {"model_config": outer}, "weightsManifest": []}
    repair.repair(model_json)
    config = inner["config"]
    assert config["layers"][0]["config"] == {"batch_input_shape": [None, 3]}  # type: ignore[index]
    assert config["input_layers"] == [["a", 0, 0]]  # type: ignore[index]
