"""The explainer `convolution`: its maps and sums against Keras', and what it shows of others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.inputs import Picture
from modelpress.node.bundle import in_node
from modelpress.outputs import Numbers
from modelpress.schema.document import read
from modelpress.schema.model import InputSpec, ModelEntry, OutputSpec
from modelpress.site.context import Site
from modelpress.site.explainers.convolution import resource
from tests.test_explain_network import exported


def _entry(net: Any, folder: Path, picture: np.ndarray[Any, Any]) -> ModelEntry:
    entry = exported(net, folder)
    start = replace(entry.start, input=picture.ravel().tolist())
    given = read(InputSpec, Picture(*picture.shape).spec())
    output = read(OutputSpec, Numbers(["a", "b"]).spec())
    start = replace(start, output=[0.0, 0.0])
    return replace(entry, input=given, output=output, start=start)


def _layers(seed: int) -> list[Any]:
    from keras import layers

    rng = np.random.default_rng(seed)
    pool = (layers.MaxPooling2D, layers.AveragePooling2D)[seed % 2]
    return [
        layers.Rescaling(1 / 255, offset=float(seed % 3)),
        layers.Reshape((12, 9, 1)),
        layers.Conv2D(
            3, (3, 5), strides=int(rng.integers(1, 3)), activation="relu",
            padding=("same", "valid")[seed % 2], bias_initializer="normal",
        ),
        layers.Dropout(0.2),
        layers.Conv2D(4, 2, strides=2, padding=("valid", "same")[seed % 2]),
        pool(2, strides=1 + seed % 2, padding=("same", "valid")[seed // 2 % 2]),
        layers.Flatten(),
        layers.Dense(2),
    ]  # fmt: skip


def test_maps_and_sums_are_keras(tmp_path: Path) -> None:
    import keras

    from modelpress.reporting.anatomy import activations

    calls, expected = [], []
    for seed in range(6):
        keras.utils.set_random_seed(seed)
        net = keras.Sequential([keras.Input((12, 9)), *_layers(seed)])
        picture = np.random.default_rng(seed).integers(0, 256, (12, 9)).astype(np.float32)
        entry = _entry(net, tmp_path / str(seed), picture)
        made = resource({"model": "s"}, Site({"s": entry}, public=tmp_path))
        assert [stage["kind"] for stage in made["stages"]] == [
            "convolution", "convolution", ("max", "mean")[seed % 2],
        ]  # fmt: skip
        made["weights"] = {  # as they load with the model
            layer.name: {
                "kernel": np.ravel(layer.kernel.numpy()).tolist(),
                "bias": layer.bias.numpy().tolist(),
            }
            for layer in net.layers
            if isinstance(layer, keras.layers.Conv2D)
        }
        values = activations(net, picture)
        maps = [values[stage["name"]] for stage in made["stages"]]
        expected.append(maps)
        calls.append({"name": "convolution", "fn": "allMaps", "args": [made]})
        height, width, filters = made["stages"][1]["shape"]
        row, column = height - 1, width // 2
        place = [filters - 1, 1, row, column]
        args = [
            made["stages"][1],
            made["weights"][made["stages"][1]["name"]],
            np.ravel(maps[0]).tolist(),
        ]
        calls.append({"name": "convolution", "fn": "sumAt", "args": [*args, *place]})
        expected.append([np.reshape(maps[1], (height, width, filters))[row, column, -1]])
    found = in_node("explore.mjs", {"calls": calls})
    for given, wanted in zip(found, expected, strict=True):
        if isinstance(given, dict):
            np.testing.assert_allclose(given["output"], wanted[0], atol=1e-4)
            continue
        assert len(given) == len(wanted) + 1
        for one, other in zip(given[1:], wanted, strict=True):
            np.testing.assert_allclose(one, np.ravel(other), atol=1e-4)


def test_the_figure_at_its_start(tmp_path: Path) -> None:
    """The first layer is complete; the others wait for the model's weights."""
    import keras

    net = keras.Sequential([keras.Input((12, 9)), *_layers(0)])
    picture = np.zeros((12, 9), np.float32)
    picture[4:6] = 255
    made = resource(
        {"model": "s"}, Site({"s": _entry(net, tmp_path / "s", picture)}, public=tmp_path)
    )
    views = in_node(
        "explore.mjs",
        {
            "calls": [
                {"name": "convolution", "fn": "view", "args": [{"layer": layer}, step, made]}
                for layer, step in (("1", 3), ("3", 3))
            ]
        },
    )
    assert "Layer 1, 3 filters of 3×5: place 4 of" in views[0]["reading"]
    assert views[0]["picture"].count('data-press="map"') == 3
    assert views[0]["picture"].count("they load with the model") == 2
    assert len(views[0]["table"]["rows"]) == 15
    assert views[1]["reading"] == views[0]["reading"]  # of what the page has


def test_other_models_are_named(tmp_path: Path) -> None:
    import keras

    dense = keras.Sequential([keras.Input((12, 9)), keras.layers.Flatten(), keras.layers.Dense(2)])
    entry = _entry(dense, tmp_path / "d", np.zeros((12, 9), np.float32))
    site = Site({"s": entry}, public=tmp_path)
    with pytest.raises(ValueError, match="does not begin with a convolution"):
        resource({"model": "s"}, site)
    flat = replace(entry, formats=replace(entry.formats, layers=None))
    with pytest.raises(ValueError, match="takes no grey picture"):
        resource({"model": "s"}, Site({"s": flat}, public=tmp_path))
    with pytest.raises(ValueError, match="the option `model`"):
        resource({}, site)
