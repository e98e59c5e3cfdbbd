"""The explainer `network`: what its neurons give against Keras, its links against numpy."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.node.bundle import in_node
from modelpress.schema.document import read
from modelpress.schema.model import ModelEntry
from modelpress.site.context import Site
from modelpress.site.explainers.dense_layers import NotDense, read_dense
from modelpress.site.explainers.network import resource, strongest
from tests.entries import FILE, model

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "softmax")


def _calls(fn: str, arguments: list[list[Any]]) -> list[Any]:
    calls = [{"name": "network", "fn": fn, "args": args} for args in arguments]
    found: list[Any] = in_node("explore.mjs", {"calls": calls})
    return found


def exported(net: Any, folder: Path) -> ModelEntry:
    """An entry with the network's layers model, its files below `folder`."""
    from modelpress.conversion.layers import save_layers
    from modelpress.conversion.repair import repair

    save_layers(net, folder)
    described = json.loads((folder / "model.json").read_bytes())
    repair(described)
    (folder / "model.json").write_text(json.dumps(described))
    (weights,) = described["weightsManifest"][0]["paths"]
    names = {"model": "model.json", "weights": weights}
    files = {name: FILE | {"url": f"{folder.name}/{name}"} for name in names.values()}
    formats = {"graph": names, "layers": names}
    return read(ModelEntry, model(formats=formats, files=files))


def test_each_neuron_gives_what_keras_gives(tmp_path: Path) -> None:
    import keras

    from modelpress.reporting.anatomy import activations

    for seed in range(24):
        rng = np.random.default_rng(seed)
        keras.utils.set_random_seed(seed)
        sizes = rng.integers(1, 9, int(rng.integers(2, 5)))
        names = rng.choice(ACTIVATIONS, len(sizes))
        layers = [keras.layers.Rescaling(0.25, offset=-1)] if seed % 2 else []
        for i, (size, name) in enumerate(zip(sizes, names, strict=True)):
            bias = keras.initializers.RandomNormal()
            use = bool(rng.integers(2))
            layers.append(
                keras.layers.Dense(
                    int(size),
                    activation=str(name),
                    use_bias=use,
                    bias_initializer=bias,
                    name=f"d{i}",
                )
            )
            layers.append(keras.layers.Dropout(0.3))
        shape = (2, 3) if seed % 3 == 0 else (int(sizes[0]) + 1,)
        flatten = [keras.layers.Flatten()] if len(shape) == 2 else []
        net = keras.Sequential([keras.Input(shape), *flatten, *layers])
        dense = read_dense(exported(net, tmp_path / str(seed)), tmp_path)
        assert [layer.name for layer in dense.layers] == [f"d{i}" for i in range(len(sizes))]
        for _ in range(10):
            given = rng.normal(0, 2, shape).astype(np.float32)
            first, *found = dense.values(given)
            expected = activations(net, given)
            np.testing.assert_allclose(
                first, given.ravel() * 0.25 - 1 if seed % 2 else given.ravel()
            )
            for layer, values in zip(dense.layers, found, strict=True):
                np.testing.assert_allclose(values, expected[layer.name], rtol=1e-5, atol=1e-6)


def test_a_network_of_other_layers_says_which(tmp_path: Path) -> None:
    import keras

    net = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Conv2D(2, 3),
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )
    with pytest.raises(NotDense, match="Conv2D layers"):
        read_dense(exported(net, tmp_path / "conv"), tmp_path)
    odd = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="gelu")])
    with pytest.raises(NotDense, match="the activation gelu"):
        read_dense(exported(odd, tmp_path / "odd"), tmp_path)


def _kernels(count: int) -> list[tuple[Any, Any]]:
    drawn = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        kernel = rng.normal(0, 1, rng.integers(1, 12, 2)).round(2).astype(np.float32)
        kernel[rng.random(kernel.shape) < 0.2] = 0
        values = np.maximum(rng.normal(0, 1, len(kernel)), 0).round(2).astype(np.float32)
        drawn.append((kernel, values))
    return drawn


def test_the_strongest_links_are_numpys() -> None:
    kernels = _kernels(300)
    arguments = []
    for i, (kernel, values) in enumerate(kernels):
        given = values.tolist() if i % 2 else None
        arguments.append([kernel.ravel().tolist(), kernel.shape[1], given, 1 + i % 20])
    for i, ((kernel, values), found) in enumerate(
        zip(kernels, _calls("strongest", arguments), strict=True)
    ):
        assert len(found) == min(
            1 + i % 20, np.count_nonzero(kernel * values[:, None] if i % 2 else kernel)
        )
        sizes = np.abs(kernel.astype(float) * values.astype(float)[:, None] if i % 2 else kernel)
        expected = np.sort(sizes.ravel())[::-1][: len(found)]
        own = [sizes[int(a), int(b)] for a, b, _ in found]
        np.testing.assert_allclose(own, expected, rtol=1e-6)
        assert len({(a, b) for a, b, _ in found}) == len(found)
        for a, b, weight in found:
            assert weight == pytest.approx(float(kernel[a, b]))
        # The build's half chooses the same ones.
        mine = strongest(kernel, values if i % 2 else None)[: len(found)]
        np.testing.assert_allclose([sizes[int(a), int(b)] for a, b, _ in mine], expected, rtol=1e-6)


def test_a_neurons_sum_and_links_are_numpys() -> None:
    kernels = _kernels(200)
    sums, into, onwards = [], [], []
    for i, (kernel, values) in enumerate(kernels):
        bias = np.linspace(-1, 1, kernel.shape[1])
        given = {"kernel": kernel.ravel().tolist(), "bias": bias.tolist()}
        flat = [kernel.ravel().tolist(), kernel.shape[1]]
        sums.append([given, i % kernel.shape[1], values.tolist()])
        into.append([*flat, i % kernel.shape[1], True, values.tolist(), 5])
        onwards.append([*flat, i % kernel.shape[0], False, values.tolist(), 5])
    found = [_calls("sumOf", sums), _calls("connectionsOf", into), _calls("connectionsOf", onwards)]
    for i, ((kernel, values), total, incoming, outgoing) in enumerate(
        zip(kernels, *found, strict=True)
    ):
        column, row = i % kernel.shape[1], i % kernel.shape[0]
        bias = np.linspace(-1, 1, kernel.shape[1])
        assert total == pytest.approx(float(values @ kernel[:, column] + bias[column]), abs=1e-5)
        carried = np.sort(np.abs(kernel[:, column] * values))[::-1]
        assert [abs(w * values[a]) for a, _, w in incoming] == pytest.approx(
            carried[carried > 0][:5].tolist(), rel=1e-5
        )
        weights = np.sort(np.abs(kernel[row]))[::-1]
        assert [abs(w) for _, _, w in outgoing] == pytest.approx(weights[weights > 0][:5].tolist())


@pytest.mark.parametrize(
    "sizes",
    [(1, 1), (3, 16, 9), (2, 16, 1), (784, 512, 512, 10), (3, 64, 32, 16, 3), (1, 128, 128, 1)],
)
def test_every_neuron_has_its_own_place(sizes: tuple[int, ...]) -> None:
    layers = [{"size": size, "columns": 28 if size == 784 else 0} for size in sizes]
    height, spread = (_calls(fn, [[layers]])[0] for fn in ("heightOf", "spread"))
    middles = []
    for size, layer in zip(sizes, spread, strict=True):
        places = np.reshape(layer["places"], (size, 2))
        assert places[:, 0].min() >= layer["room"] / 2 - 1e-6
        assert places[:, 0].max() <= 1000 - layer["room"] / 2 + 1e-6
        assert places[:, 1].min() >= 0
        assert places[:, 1].max() <= height
        apart = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(size) * 1e3
        assert apart.min() >= layer["room"] - 1e-6
        middles.append((places[:, 0].min(), places[:, 0].max()))
    assert all(right < left for (_, right), (left, _) in pairwise(middles))


def test_an_option_that_cannot_be_says_so() -> None:
    site = Site(models={"digits": read(ModelEntry, model())})
    with pytest.raises(ValueError, match="the option `model`"):
        resource({}, site)
    with pytest.raises(ValueError, match=r"no model `digit`.*digits"):
        resource({"model": "digit"}, site)


def test_the_words_of_a_spot() -> None:
    """What a link or a typed text says of a neuron, by the drawn figure of a hand-made network."""
    first = {"name": "", "label": "input", "activation": "", "size": 2, "labels": ["a", "b"]}
    last = {"name": "out", "label": "out", "activation": "tanh", "size": 1, "labels": []}
    given = {
        "slug": "s", "title": "S", "tolerance": 1e-5, "dense": True, "reading": "1 gives 2.",
        "layers": [first | {"columns": 0}, last | {"columns": 0}],
        "values": [[1, 2], [0.5]], "weights": [{"kernel": [3, -4], "bias": [0.25]}], "links": None,
    }  # fmt: skip

    def drawn(neuron: str) -> dict[str, str]:
        figure = {
            "key": "k", "name": "network", "id": "i", "options": {"neuron": neuron},
            "resource": given, "hide": [],
        }  # fmt: skip
        found: dict[str, str] = in_node("explore.mjs", {"figures": [figure]})["k"]
        return found

    assert "All 2 connections are shown." in drawn("none")["html"]
    looked = drawn("2.1")["html"]
    assert "add up to −4.75; tanh of that is 0.500" in looked
    assert "The largest part comes from “b”: 2.00 × −4.00 = −8.00." in looked
    assert "There is no neuron 5.9 here." in drawn("5.9")["html"]
    assert "a layer and a number in it" in drawn("first")["wrong"]
    assert json.dumps(looked).count("mp-network-ring") == 1
