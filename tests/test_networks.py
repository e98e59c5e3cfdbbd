"""Networks of many kinds: their graphs compute what Keras computes, or a layer and a way are
named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from modelpress.conversion.convert import convert
from modelpress.conversion.layers import layers as convert_layers
from modelpress.conversion.operations import known_operations
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.exact.network import Network
from modelpress.network.loading import load_network, with_inputs
from modelpress.network.publishable import require_publishable
from modelpress.reporting.anatomy import activations, layers_of
from modelpress.training.saving import save
from tests.networks import NETWORKS, SHAPES, chain, randomised


def saved(net: Any, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    save(net, folder / "model.keras")
    return folder / "model.keras"


def inputs_of(net: Any, shape: tuple[int, ...]) -> Any:
    random = np.random.default_rng(2)
    if "int" in net.inputs[0].dtype:
        return random.integers(0, 9, (4, *shape)).astype("float32")
    return random.normal(size=(4, *shape)).astype("float32")


QUICK = ("gru", "noisy", "mixed", "gelu", "shared", "one_filter", "own_model", "indices")


@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NETWORKS],
)
def test_a_graph_computes_what_keras_computes(name: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    built = NETWORKS[name]()
    require_publishable(built)
    shape = SHAPES.get(name)
    net = with_inputs(built, shape or ())
    shape = shape or net.input_shape[1:]
    path = saved(randomised(net), tmp_path)
    convert(path, shape, tmp_path)
    graph = Network.read(tmp_path / "graph")
    assert graph.missing() == []
    assert {node.op for node in graph.graph.nodes} <= known_operations()
    loaded, inputs = load_network(path), inputs_of(net, shape)
    wanted = loaded.predict(inputs, verbose=0)
    assert np.ptp(wanted) > 1e-3
    assert np.abs(graph.predict(inputs) - wanted).max() < 2e-6
    described = {layer["name"] for layer in layers_of(loaded)}
    assert set(activations(loaded, inputs[0])) <= described


REFUSED: dict[str, tuple[Callable[[], Any], str, str]] = {
    "stateful": (
        lambda: keras.Sequential(
            [keras.Input(batch_shape=(1, 4, 2)), layers.LSTM(2, stateful=True, name="memory")]
        ),
        "layer `memory` (LSTM)",
        "stateful=False",
    ),
    "lambda": (
        lambda: chain((2,), layers.Lambda(lambda x: x * 2, name="twice")),
        "layer `twice`",
        "register_keras_serializable",
    ),
    "function": (
        lambda: chain((2,), layers.Dense(2, lambda x: x, name="odd")),
        "layer `odd`",
        "register_keras_serializable",
    ),
    "text": (
        lambda: chain((1,), layers.TextVectorization(name="words"), dtype="string"),
        "layer `words` (TextVectorization)",
        "in `data`",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_network_that_cannot_be_published_is_refused_by_layer(name: str) -> None:
    build, where, way = REFUSED[name]
    with pytest.raises(ModelpressError) as caught:
        require_publishable(build())
    assert where in caught.value.where
    assert "`build`" in caught.value.where
    assert way in caught.value.next_step


def test_an_unregistered_layer_is_refused_by_its_name() -> None:
    class Plain(layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x

    with pytest.raises(ModelpressError, match="`Plain`, which is not registered") as caught:
        require_publishable(chain((2,), Plain(name="mine")))
    assert "layer `mine`" in caught.value.where


@keras.saving.register_keras_serializable("tests.networks")
class Always(layers.Layer):  # type: ignore[misc]
    def call(self, x: Any) -> Any:
        return x + keras.random.normal(keras.ops.shape(x))


def test_random_predictions_are_refused_by_layer(tmp_path: Path) -> None:
    path = saved(chain((2,), layers.Dense(2), Always(name="jitter")), tmp_path)
    with pytest.raises(ModelFailure, match="random") as caught:
        convert(path, (2,), tmp_path)
    assert caught.value.where == "layer `jitter` (Always)"


def test_nan_weights_are_refused_by_layer(tmp_path: Path) -> None:
    net = chain((2,), layers.Dense(2, name="burst"))
    net.layers[0].kernel.assign([[1, np.nan], [0, np.inf]])
    with pytest.raises(ModelFailure, match="NaN or infinite") as caught:
        convert(saved(net, tmp_path), (2,), tmp_path)
    assert "layer `burst`" in caught.value.where
    assert "2 of 4" in caught.value.found


def layers_fault(net: Any, folder: Path) -> dict[str, str]:
    """Why the network has no layers model; {} if it has one."""
    inputs = inputs_of(net, net.input_shape[1:])
    outputs = net.predict(inputs, verbose=0)
    golden = {
        "cases": len(inputs),
        "input_shape": list(inputs.shape[1:]),
        "inputs": inputs.reshape(len(inputs), -1).tolist(),
        "outputs": outputs.reshape(len(inputs), -1).tolist(),
    }
    convert_layers(saved(net, folder), golden, 1e-4, folder)
    fault: dict[str, str] = json.loads((folder / "layers.json").read_text())
    assert (folder / "layers/model.json").exists() == (fault == {})
    return fault


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (layers.ReLU(negative_slope=0.3, name="kink"), "computes something else"),
        (layers.UnitNormalization(name="kink"), "no layer UnitNormalization"),
    ],
)
def test_a_layer_that_tensorflowjs_computes_otherwise_is_never_published(
    layer: Any, reason: str, tmp_path: Path
) -> None:
    net = chain((4,), layers.Dense(8), layer, layers.Dense(1))
    fault = layers_fault(randomised(net), tmp_path)
    assert fault["layer"] == "kink"
    assert reason in fault["reason"]


@pytest.mark.parametrize(
    "layer",
    [
        layers.LeakyReLU(0.3),
        *(layers.Activation(name) for name in ("silu", "hard_sigmoid", "gelu")),
    ],
    ids=lambda layer: layer.name,
)
def test_repaired_layers_compute_what_keras_computes(layer: Any, tmp_path: Path) -> None:
    net = chain((4,), layers.Dense(8), layer, layers.Dense(1))
    assert layers_fault(randomised(net), tmp_path) == {}


def test_the_kernel_of_a_depthwise_convolution_arrives(tmp_path: Path) -> None:
    net = chain((6, 6, 2), layers.DepthwiseConv2D(3), layers.Flatten(), layers.Dense(1))
    assert layers_fault(randomised(net), tmp_path) == {}
