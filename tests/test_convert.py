"""Conversion: one weights file a format, the same bytes each time, and a name for what can't go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.conversion.convert import convert
from modelpress.conversion.layers import layers
from modelpress.core.errors import ModelFailure
from modelpress.training.saving import save


def keras_file(net: Any, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    save(net, folder / "model.keras")
    return folder / "model.keras"


def small() -> Any:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "softmax", name="out")])


def golden(net: Any, cases: int = 3) -> dict[str, Any]:
    inputs = np.random.default_rng(1).random((cases, *net.input_shape[1:]), np.float32)
    outputs = net.predict(inputs, verbose=0)
    return {
        "cases": cases,
        "input_shape": list(net.input_shape[1:]),
        "inputs": inputs.reshape(cases, -1).tolist(),
        "outputs": outputs.reshape(cases, -1).tolist(),
    }


def test_both_formats_with_one_weights_file_each(tmp_path: Path) -> None:
    net = small()
    path = keras_file(net, tmp_path / "in")
    convert(path, (3,), tmp_path / "out")
    layers(path, golden(net), 1e-5, tmp_path / "out")
    files = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert files == {"layers.json"} | {f"{form}/{name}" for form in ("graph", "layers") for name in
                     ("model.json", "weights.bin")}  # fmt: skip
    for form in ("graph", "layers"):
        model_json = json.loads((tmp_path / "out" / form / "model.json").read_bytes())
        (group,) = model_json["weightsManifest"]
        assert group["paths"] == ["weights.bin"]
    weights = np.fromfile(tmp_path / "out" / "layers" / "weights.bin", np.float32)
    expected = np.concatenate([weights.ravel() for weights in net.get_weights()])
    assert np.array_equal(np.sort(weights), np.sort(expected))


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    path = keras_file(small(), tmp_path / "in")
    for name in ("a", "b"):
        convert(path, (3,), tmp_path / name)
    for file in (tmp_path / "a").rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes()


@keras.saving.register_keras_serializable(package="tests")  # type: ignore[untyped-decorator]
def bessel(x: Any) -> Any:
    import tensorflow as tf

    return tf.math.special.bessel_j0(x)


def test_an_operation_that_tensorflowjs_lacks_is_traced_to_its_layer(tmp_path: Path) -> None:
    net = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(4, bessel, name="waves")]
    )
    with pytest.raises(ModelFailure, match="lacks an operation") as caught:
        convert(keras_file(net, tmp_path / "in"), (3,), tmp_path / "out")
    assert caught.value.where.startswith("layer `waves` (Dense)")
    assert "BesselJ0" in str(caught.value)
