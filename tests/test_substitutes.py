"""What TensorFlow.js lacks, computed by other operations: the same as Keras computes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from modelpress.conversion.convert import convert
from modelpress.conversion.operations import known_operations
from modelpress.conversion.substitutes import substituted
from modelpress.core.errors import ModelFailure
from modelpress.exact.network import Network
from modelpress.training.saving import save
from tests.networks import chain, randomised


@keras.saving.register_keras_serializable("substitutes")  # type: ignore[untyped-decorator]
def _waves(x: Any) -> Any:
    return tf.complex(x, 2.0 * x)


def _traced(net: Any, shape: tuple[int, ...]) -> Any:
    with substituted():
        predict = tf.function(lambda x: net(x, training=False), autograph=False)
        return predict.get_concrete_function(tf.TensorSpec([None, *shape], tf.float32, name="x"))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [1, 2, 3, (2, 1, 3)])
def test_transposed_convolutions_of_volumes(padding: str, strides: Any) -> None:
    shape = (2, 3, 4, 2)
    x = np.random.default_rng(1).normal(size=(2, *shape)).astype("float32")
    for size in (1, 2, 3, 4):
        layer = layers.Conv3DTranspose(2, size, strides=strides, padding=padding)
        net = randomised(chain(shape, layer))
        wanted = np.asarray(net(x))
        traced = _traced(net, shape)
        ops = {operation.type for operation in traced.graph.get_operations()}
        assert "Conv3DBackpropInputV2" not in ops
        assert _largest_rank_of_pads(traced) <= 4
        found = np.asarray(traced(tf.constant(x)))
        assert found.shape == wanted.shape, size
        assert np.abs(found - wanted).max() < 1e-5, size


def test_convolutions_in_groups(tmp_path: Path) -> None:
    """The exact engine knows no groups: it computes what replaces them."""
    for shape, kind, filters, groups, further in (
        ((9, 8, 6), layers.Conv2D, 12, 6, {"strides": 2, "padding": "same"}),
        ((9, 8, 6), layers.Conv2D, 6, 6, {"dilation_rate": 2}),
        ((9, 8, 6), layers.Conv2D, 4, 2, {"strides": (2, 1), "use_bias": False}),
        ((9, 6), layers.Conv1D, 6, 3, {"strides": 2}),
    ):
        net = randomised(chain(shape, kind(filters, 2, groups=groups, **further)))
        x = np.random.default_rng(1).normal(size=(2, *shape)).astype("float32")
        save(net, tmp_path / "model.keras")
        convert(tmp_path / "model.keras", shape, tmp_path)
        found = Network.read(tmp_path / "graph").predict(x)
        wanted = np.asarray(net(x))
        assert found.shape == wanted.shape, (shape, groups, further)
        assert np.abs(found - wanted).max() < 1e-5, (shape, groups, further)


def _largest_rank_of_pads(traced: Any) -> int:
    pads = [each for each in traced.graph.get_operations() if each.type.endswith(("Pad", "PadV2"))]
    assert pads
    return max(int(each.inputs[0].shape.rank) for each in pads)


def test_volumes_are_padded_as_pictures() -> None:
    net = chain((2, 3, 4, 2), layers.ZeroPadding3D(((1, 0), (0, 2), (3, 1))))
    x = np.random.default_rng(1).normal(size=(2, 2, 3, 4, 2)).astype("float32")
    traced = _traced(net, (2, 3, 4, 2))
    assert _largest_rank_of_pads(traced) == 4
    assert np.array_equal(np.asarray(traced(tf.constant(x))), np.asarray(net(x)))


def test_complex_predictions_are_refused_and_their_parts_are_not(tmp_path: Path) -> None:
    given = keras.Input((4,))
    waves = keras.layers.Lambda(_waves)(given)
    save(keras.Model(given, waves), tmp_path / "waves.keras")
    with pytest.raises(ModelFailure, match="complex numbers"):
        convert(tmp_path / "waves.keras", (4,), tmp_path / "waves")
    for part in (keras.ops.absolute, keras.ops.real, keras.ops.imag):
        save(keras.Model(given, part(waves)), tmp_path / "part.keras")
        convert(tmp_path / "part.keras", (4,), tmp_path / part.__name__)


NETWORKS: dict[str, Any] = {
    "Discretization": lambda: chain((4,), layers.Discretization([-1.0, 0.1, 2.0])),
    "one_hot": lambda: chain((1,), layers.Discretization([-1.0, 2.0], output_mode="one_hot")),
    "Discretization of whole numbers": lambda: chain(
        (4,), layers.Discretization([-1.0, 2.0]), dtype="int32"
    ),
    "IntegerLookup": lambda: chain(
        (4,), layers.IntegerLookup(vocabulary=[-1, 3, 2]), dtype="int32"
    ),
    "several out of the vocabulary": lambda: chain(
        (4,), layers.IntegerLookup(vocabulary=[-1, 3, 2], num_oov_indices=2), dtype="int32"
    ),
    "mask": lambda: chain(
        (4,), layers.IntegerLookup(vocabulary=[1, 3, 2], mask_token=0), dtype="int32"
    ),
    "inverse": lambda: chain(
        (4,), layers.IntegerLookup(vocabulary=[7, 3, 5], invert=True), dtype="int32"
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_bins_and_tables(tmp_path: Path, name: str) -> None:
    """Also at a boundary, and for keys that the table lacks."""
    net = NETWORKS[name]()
    size = net.input_shape[1]
    x = np.array([[-1, 2, 0, 3], [-2, -0.5, 1, 2.5], [0.1, -1.5, 3, 1]], "float32")[:, :size]
    if "int" in net.inputs[0].dtype:
        x = np.trunc(x) if name != "inverse" else np.abs(np.trunc(x))
    wanted = np.asarray(net.predict(x.astype(net.inputs[0].dtype), verbose=0), "float32")
    save(net, tmp_path / "model.keras")
    convert(tmp_path / "model.keras", (size,), tmp_path)
    topology = json.loads((tmp_path / "graph/model.json").read_text())["modelTopology"]
    assert {node["op"] for node in topology["node"]} <= known_operations()
    found = Network.read(tmp_path / "graph").predict(x)
    assert np.array_equal(found, wanted)
