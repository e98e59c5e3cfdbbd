"""Kept epochs as files: what is written, how coarsely, and that Keras answers as is promised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.training.checkpoint_export import (
    PROBES,
    SIZE_RATIO,
    dequantise,
    export_checkpoints,
    quantise,
    thin,
    with_best,
)
from modelpress.training.saving import save
from modelpress.training.weights import flattened, weights_of

LAST = 40
EPOCHS = [0, 1, 2, 3, 5, 8, 12, 18, 27, LAST]
RNG = np.random.default_rng(3)


def network(units: int) -> Any:
    keras.backend.clear_session()
    return keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(units, "relu", name="hidden"),
            keras.layers.Dense(2, name="answer"),
        ]
    )


def written(
    folder: Path, units: int = 4, size_bytes: int = 4000, best: int = -1, **layers: Any
) -> tuple[dict[str, Any], Any, Any]:
    """epochs.json, the network, and the weights of each of EPOCHS."""
    net = network(units)
    save(net, folder / "model.keras")
    final = flattened(net.get_weights())
    rows = np.stack([final * np.float32(epoch / LAST) for epoch in EPOCHS])
    rows[0] = RNG.normal(size=final.shape)
    np.savez(folder / "epochs.npz", epochs=np.array(EPOCHS), weights=rows, best=best)
    inputs = RNG.normal(size=(30, 2)).astype(np.float32)
    golden = {
        "cases": 30,
        "inputs": inputs.tolist(),
        "input_shape": [2],
        "output_shape": [2],
    }
    entries = [{**weight, "dtype": "float32"} for weight in weights_of(net)]
    export_checkpoints(
        folder / "model.keras",
        folder / "epochs.npz",
        {"epochs": LAST, "first": {"loss": 1.5}},
        golden,
        {"weightsManifest": [{"weights": entries[::-1]}], **layers},
        size_bytes,
        "epoch",
        1e-6,
        folder,
    )
    return json.loads((folder / "epochs.json").read_bytes()), net, (rows, inputs)


def test_small_networks_are_kept_as_they_were(tmp_path: Path) -> None:
    found, net, (rows, inputs) = written(tmp_path)
    assert found["epochs"] == EPOCHS[:-1]
    assert found["last"] == LAST
    assert found["encoding"] == "float32"
    assert found["rounding"] == 0
    assert found["first"] == {"loss": 1.5}
    assert found["weights"] == [
        ["hidden/kernel", [2, 4]], ["hidden/bias", [4]], ["answer/kernel", [4, 2]],
        ["answer/bias", [2]],
    ]  # fmt: skip
    blocks = np.fromfile(tmp_path / "epochs.bin", "<f4").reshape(len(EPOCHS) - 1, -1)
    np.testing.assert_array_equal(blocks[:, : rows.shape[1]], rows[:-1])
    # Of the largest prediction of these weights; the model's own tolerance is of its last ones.
    largest = max(1.0, float(np.abs(blocks[:, rows.shape[1] :]).max()))
    assert found["tolerance"] == float(f"{1e-5 * largest:.0e}")
    # What follows are Keras' own answers with these weights.
    for block, row in zip(blocks, rows, strict=False):
        shapes = [w.shape for w in net.get_weights()]
        parts = np.split(row, np.cumsum([np.prod(shape) for shape in shapes])[:-1])
        net.set_weights([p.reshape(s) for p, s in zip(parts, shapes, strict=True)])
        expected = net(inputs[found["probes"]]).numpy().ravel()
        np.testing.assert_allclose(block[rows.shape[1] :], expected, atol=1e-6)
    assert len(found["probes"]) == PROBES


@pytest.mark.parametrize(
    ("units", "encoding", "count"), [(300, "uint8", 5), (4, "float32", len(EPOCHS) - 1)]
)
def test_all_of_them_are_under_their_share_of_the_model(
    units: int, encoding: str, count: int, tmp_path: Path
) -> None:
    size = 4 * (2 * units + units + 2 * units + 2) + 3000
    found, *_ = written(tmp_path, units, size)
    whole = sum((tmp_path / f"epochs.{name}").stat().st_size for name in ("bin", "json"))
    assert whole < SIZE_RATIO * size
    assert found["encoding"] == encoding
    assert len(found["epochs"]) >= count
    assert found["epochs"][0] == 0


def test_what_rounding_costs_is_measured(tmp_path: Path) -> None:
    units = 2000
    found, net, (rows, inputs) = written(tmp_path, units, 4 * (5 * units + 2) + 3000)
    assert found["encoding"] != "float32"
    sizes = [int(np.prod(shape)) for _, shape in found["weights"]]
    worst = 0.0
    for epoch in found["epochs"]:
        row = rows[EPOCHS.index(epoch)]
        answers = []
        for flat in (row, dequantise(*quantise(row, sizes, found["encoding"]), sizes)):
            shapes = [w.shape for w in net.get_weights()]
            parts = np.split(flat, np.cumsum(sizes)[:-1])
            net.set_weights([p.reshape(s) for p, s in zip(parts, shapes, strict=True)])
            answers.append(net(inputs).numpy())
        worst = max(worst, float(np.abs(answers[0] - answers[1]).max()))
    assert worst > 0
    assert found["rounding"] == pytest.approx(worst, rel=0.05)


@pytest.mark.parametrize("encoding", ["uint8", "uint16"])
def test_rounded_weights_are_within_half_a_step(encoding: str) -> None:
    sizes = [50, 1, 7]
    flat = RNG.normal(size=sum(sizes)).astype(np.float32)
    lows, steps, numbers = quantise(flat, sizes, encoding)
    again = dequantise(lows, steps, numbers, sizes)
    assert again.dtype == np.float32
    spans = np.repeat(steps, sizes)
    assert np.all(np.abs(again - flat) <= 0.51 * spans + 1e-6)
    assert again[50] == flat[50]  # a single value has no span
    same = np.full(5, 0.25, np.float32)
    np.testing.assert_array_equal(dequantise(*quantise(same, [5], encoding), [5]), same)


def test_why_nothing_is_shown(tmp_path: Path) -> None:
    found, *_ = written(tmp_path, weightsManifest=[{"weights": []}])
    assert "one to one" in found["reason"]
    assert not (tmp_path / "epochs.bin").exists()
    found, *_ = written(tmp_path, size_bytes=100)
    assert "too small" in found["reason"]


def test_thinned_evenly_from_the_first() -> None:
    assert thin(range(10), 20) == list(range(10))
    assert thin(range(10), 5) == [0, 2, 4, 6, 8]
    assert thin(range(10), 1) == [0]


@pytest.mark.parametrize(
    ("best", "expected"), [(-1, [0, 4, 8]), (4, [0, 4, 8]), (5, [0, 5, 8]), (1, [0, 1, 8])]
)
def test_the_best_epoch_takes_the_place_of_the_nearest(best: int, expected: list[int]) -> None:
    assert with_best([0, 4, 8], best) == expected
    assert with_best([0], best) == [0]


@pytest.mark.parametrize("best", [27, LAST, 26, -1])
def test_the_best_epoch_is_among_those_that_are_kept(tmp_path: Path, best: int) -> None:
    description, _, _ = written(tmp_path, size_bytes=350, best=best)
    known = best in EPOCHS
    assert len(description["epochs"]) < len(EPOCHS) - 1
    assert description["best"] == (best if known else None)
    assert not known or best in [*description["epochs"], LAST]
