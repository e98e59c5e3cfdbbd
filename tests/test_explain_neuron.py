"""Explainers of a neuron, of activations and of layers without one, against Keras and NumPy."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.testing as npt
import pytest

from modelpress.node.bundle import in_node

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "sine")
COUNT = 60  # inputs of each activation
RNG = np.random.default_rng(5)
NEURONS = RNG.uniform(-3, 3, (len(ACTIVATIONS), COUNT, 7))  # three inputs, three weights, a bias
PLANE = RNG.uniform(-4, 4, (2, 100))
WEIGHTS = (1.5, -0.7, 0.3)
XS = [-3.0, -1.25, 0.0, 0.5, 3.0]
STACKS = [(depth, seed) for depth in (1, 2, 5, 8) for seed in range(1, 26)]


def expected(name: str, z: Any) -> Any:
    keras = pytest.importorskip("keras")
    z = np.asarray(z, np.float32)
    if name == "softmax":
        return keras.activations.softmax(np.stack([z, 0 * z], -1)).numpy()[:, 0]
    function = {"sine": keras.ops.sin}.get(name) or getattr(keras.activations, name)
    return np.asarray(function(z))


@functools.cache
def answers() -> dict[str, Any]:
    calls: list[dict[str, Any]] = []
    for name, rows in zip(ACTIVATIONS, NEURONS.tolist(), strict=True):
        for row in rows:
            args = [row[:3], row[3:6], row[6], name]
            calls.append({"name": "neuron", "fn": "neuron", "args": args})
    for name in (*ACTIVATIONS, "softmax"):
        args = [name, WEIGHTS[:2], WEIGHTS[2], *PLANE.tolist()]
        calls.append({"name": "activation", "fn": "outputs", "args": args})
    for depth, seed in STACKS:
        calls.append({"name": "stack", "fn": "stackWeights", "args": [depth, seed]})
        for name in ("linear", "tanh"):
            args = [depth, name, seed, XS]
            calls.append({"name": "stack", "fn": "stackPredictions", "args": args})
    made = in_node("explore.mjs", {"calls": calls})
    neurons, surfaces = made[: 5 * COUNT], made[5 * COUNT : 5 * COUNT + 6]
    return {"neurons": neurons, "surfaces": surfaces, "stacks": made[5 * COUNT + 6 :]}


@pytest.mark.parametrize("place", range(len(ACTIVATIONS)), ids=ACTIVATIONS)
def test_neuron_is_a_weighted_sum_and_its_activation(place: int) -> None:
    rows = NEURONS[place]
    sums = (rows[:, :3] * rows[:, 3:6]).sum(axis=1) + rows[:, 6]
    found = answers()["neurons"][COUNT * place : COUNT * (place + 1)]
    npt.assert_allclose([each["sum"] for each in found], sums, atol=5e-6)
    npt.assert_allclose(
        [each["output"] for each in found], expected(ACTIVATIONS[place], sums), atol=1e-5
    )


@pytest.mark.parametrize("place", range(6), ids=(*ACTIVATIONS, "softmax"))
def test_surface_over_two_inputs(place: int) -> None:
    name = (*ACTIVATIONS, "softmax")[place]
    z = WEIGHTS[0] * PLANE[0] + WEIGHTS[1] * PLANE[1] + WEIGHTS[2]
    npt.assert_allclose(answers()["surfaces"][place], expected(name, z), atol=5e-6)


def test_softmax_of_two_scores_is_the_sigmoid() -> None:
    npt.assert_allclose(answers()["surfaces"][5], answers()["surfaces"][2], atol=1e-6)


def test_layers_without_an_activation_are_one_line() -> None:
    """Its slope is the product of all kernels; with tanh between them the answers leave it."""
    for place, (depth, seed) in enumerate(STACKS):
        layers, linear, bent = answers()["stacks"][3 * place : 3 * place + 3]
        values = np.array(XS)[:, np.newaxis]
        curved = values
        slope, start = np.eye(1), np.zeros(1)
        for i, layer in enumerate(layers):
            kernel = np.reshape(layer["kernel"], (layer["inputs"], layer["units"]))
            slope, start = slope @ kernel, start @ kernel + layer["bias"]
            curved = curved @ kernel + layer["bias"]
            if i < depth:
                curved = np.tanh(curved)
        line = (values * slope + start)[:, 0]
        scale = np.abs(line).max()
        npt.assert_allclose(linear, line, atol=2e-6 * max(1, scale), err_msg=f"{depth}, {seed}")
        npt.assert_allclose(bent, curved[:, 0], atol=1e-5, err_msg=f"{depth}, {seed}")
