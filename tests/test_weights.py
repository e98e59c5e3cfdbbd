"""Weights that are published in a smaller type: the same network in Python and on the page."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from modelpress.conversion.convert import convert
from modelpress.conversion.storing import store
from modelpress.core.errors import ModelpressError
from modelpress.exact.network import Network
from modelpress.training.rounding import grid_of, levels, on_grid, round_weights

RNG = np.random.default_rng(1)


def net(*stack: keras.Layer, shape: tuple[int, ...] = (6, 6, 1)) -> keras.Model:
    keras.utils.set_random_seed(1)
    made = keras.Sequential([keras.Input(shape), *stack])
    for weight in made.weights:  # also those that begin as zeros and ones
        weight.assign(np.abs(RNG.normal(size=weight.shape)) + 0.1)
    return made


@pytest.mark.parametrize(
    "values", [[-1.0, 2.0], [0.5, 3.0], [-3.0, -0.5], [0.0, 0.0], [1e-30, 5.0]]
)
def test_a_grid_has_zero_and_is_its_own_rounding(values: list[float]) -> None:
    array = np.array(values * 3, np.float32)
    low, scale = grid_of(array)
    assert on_grid(np.zeros(1, np.float32), low, scale)[0] == 0
    rounded = on_grid(array, low, scale)
    assert np.abs(rounded - array).max() <= scale / 2 * 1.001
    assert np.array_equal(on_grid(rounded, low, scale), rounded)
    assert levels(array, low, scale).dtype == np.uint8


def test_the_256_values_are_all_used() -> None:
    array = RNG.normal(size=100_000).astype(np.float32)
    low, scale = grid_of(array)
    assert set(levels(array, low, scale)) >= {0, 255} or array.min() * array.max() > 0
    assert len(np.unique(on_grid(array, low, scale))) > 200


def test_what_float16_cannot_hold_is_refused() -> None:
    large = net(keras.layers.Dense(1), shape=(2,))
    large.set_weights([np.full((2, 1), 1e5, np.float32), np.zeros(1, np.float32)])
    with pytest.raises(ModelpressError, match="too large for float16"):
        round_weights(large, "float16")


@pytest.mark.parametrize("kind", ["float16", "uint8"])
def test_python_and_the_stored_graph_are_one_network(kind: str, tmp_path: Path) -> None:
    """To the bit, whatever the converter did with the weights: read back they are the same."""
    trained = net(
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.DepthwiseConv2D(3),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    )
    grids = round_weights(trained, kind)
    assert len(grids) == (3 if kind == "uint8" else 0)
    file = tmp_path / "model.keras"
    trained.save(file)
    convert(file, (6, 6, 1), tmp_path / "float32")
    convert(file, (6, 6, 1), tmp_path / kind, {"type": kind, "grids": grids})
    plain, small = (tmp_path / name / "graph" for name in ("float32", kind))
    found = json.loads((small / "model.json").read_text())["weightsManifest"][0]["weights"]
    stored = [spec["name"] for spec in found if "quantization" in spec]
    assert any("dense" in name for name in stored)
    assert (small / "weights.bin").stat().st_size < (plain / "weights.bin").stat().st_size
    one, other = Network.read(plain), Network.read(small)
    for name, values in one.graph.weights.items():
        assert np.array_equal(values, other.graph.weights[name]), name
    x = RNG.normal(size=(20, 6, 6, 1)).astype(np.float32)
    assert np.array_equal(one.predict(x), other.predict(x))
    assert np.abs(trained.predict(x, verbose=0) - other.predict(x)).max() < 1e-5


def test_values_off_the_grid_stay_as_they_are() -> None:
    values = np.array([0.1, 0.2, 0.3], np.float32)
    spec = {"name": "kernel", "shape": [3], "dtype": "float32"}
    model_json = {"weightsManifest": [{"weights": [spec]}]}
    assert store(model_json, values.tobytes(), "uint8", [(0.0, 0.25)]) == values.tobytes()
    assert store(model_json, values.tobytes(), "float16", []) == values.tobytes()
    assert "quantization" not in spec
