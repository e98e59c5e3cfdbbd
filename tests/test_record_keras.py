"""The Keras file to take home: filled in as the browser does, Keras loads it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.recording.record_keras import WEIGHTS, template


def dense() -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(5, "relu", name="hidden"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(3, "softmax", name="answer"),
        ]
    )


def single() -> Any:
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])


@pytest.mark.parametrize("build", [dense, single])
def test_filled_in_it_answers_with_these_weights(build: Callable[[], Any], tmp_path: Path) -> None:
    keras.backend.clear_session()
    net = build()
    path = tmp_path / "take.keras"
    offsets = template(net, path)
    size = path.stat().st_size
    assert size < 12_000  # zeros, squeezed
    rng = np.random.default_rng(5)
    weights = [rng.normal(size=w.shape).astype(np.float32) for w in net.get_weights()]
    with zipfile.ZipFile(path) as archive:
        content = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    for offset, values in zip(offsets, weights, strict=True):
        place = slice(offset, offset + values.nbytes)
        assert not any(content[WEIGHTS][place])
        content[WEIGHTS][place] = values.astype("<f4").tobytes()
    with zipfile.ZipFile(tmp_path / "filled.keras", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, bytes(data))
    loaded = keras.models.load_model(tmp_path / "filled.keras")
    for found, expected in zip(loaded.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(found, expected)
    net.set_weights(weights)
    x = rng.uniform(0, 255, (4, *net.input_shape[1:])).astype(np.float32)
    np.testing.assert_allclose(loaded(x), net(x), atol=1e-6)
    assert not loaded.compiled


def test_equal_networks_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        keras.backend.clear_session()
        template(dense(), tmp_path / f"{name}.keras")
    assert (tmp_path / "one.keras").read_bytes() == (tmp_path / "two.keras").read_bytes()
