"""Exports the checkpoints of a training as files for the browser.

Writes epochs.json, and epochs.bin unless no checkpoint can be shown. epochs.bin holds these
little-endian blocks for each checkpoint in turn:

    lows, steps    float32, one pair per weight; quantised encodings only
    weights        all weights, flattened in Keras' order, in the encoding
    padding        to a multiple of four bytes
    predictions    float32: for the golden cases `probes`, with exactly these weights

A quantised weight has the value low + step · number. The export picks the finest encoding that
leaves room for enough checkpoints: together, with epochs.json, they stay below 1.5 times the size
of the published model. The final weights are not written again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.network.loading import load_network
from modelpress.training.weights import flattened, weights_of

Floats = npt.NDArray[np.float32]

SIZE_RATIO = 1.5  # of the published model's size
# An encoding needs room for this many checkpoints; otherwise the next coarser one is tried.
ENOUGH = {"float32": 10, "uint16": 6, "uint8": 1}
_RELATIVE_TOLERANCE = 1e-5
PROBES = 6  # golden cases that the weights of each checkpoint must reproduce
ENCODINGS = {"float32": 4, "uint16": 2, "uint8": 1}  # bytes per weight, finest first


def export_checkpoints(
    keras_file: Path,
    checkpoints_file: Path,
    training: Mapping[str, Any],
    golden: Mapping[str, Any],
    layers: Mapping[str, Any] | None,
    size_bytes: int,
    unit: str,
    tolerance: float,
    out: Path,
) -> None:
    """Writes epochs.json and epochs.bin of the network in `keras_file` into `out`.

    checkpoints_file: epochs.npz. layers: model.json of the layers format, which receives the
    weights in the browser; None without one. size_bytes: of the published model. unit: "epoch",
    or "step" for a custom training. tolerance: of the model, which is derived from its last weights
    alone; that of checkpoints is at least 1e-5 of their largest prediction, or of 1.

    Without a usable checkpoint, epochs.json holds {"reason": a sentence}.
    """
    net = load_network(keras_file)
    with np.load(checkpoints_file, allow_pickle=False) as saved:
        numbers, checkpoints = saved["epochs"].tolist(), saved["weights"]
        best = int(saved["best"])
    weights = weights_of(net)
    final = flattened(net.get_weights())
    last = int(training["epochs"])
    earlier = [i for i, number in enumerate(numbers) if number < last]
    reason = _unusable(numbers, checkpoints, final, weights, layers)
    if reason:
        _write(out, {"reason": reason})
        return
    probes = np.unique(np.linspace(0, golden["cases"] - 1, PROBES).round().astype(int))
    description = {
        "unit": unit,
        "last": last,
        "first": training["first"],
        "weights": [[weight["name"], weight["shape"]] for weight in weights],
        "probes": probes.tolist(),
    }
    prediction_size = int(np.prod(golden["output_shape"]))
    sizes = [int(np.prod(weight["shape"])) for weight in weights]
    room = SIZE_RATIO * size_bytes - len(_text({**description, "epochs": numbers})) - 100
    encoding, count = _best_encoding(sizes, len(probes) * prediction_size, room, len(earlier))
    if count == 0:
        _write(out, {"reason": "Its published model is too small for a second set of weights."})
        return
    place = numbers.index(best) if best in numbers else -1
    chosen = with_best(thin(earlier, count), place if place in earlier else -1)
    inputs = np.array(golden["inputs"], np.float32).reshape(-1, *golden["input_shape"])
    blocks, apart, largest = [], 0.0, 1.0
    for i in chosen:
        lows, steps, numbers_ = quantise(checkpoints[i], sizes, encoding)
        used = dequantise(lows, steps, numbers_, sizes)
        predictions = _predictions(net, used, inputs)
        largest = max(largest, float(np.abs(predictions[probes]).max()))
        if encoding != "float32":
            exact = _predictions(net, checkpoints[i], inputs)
            apart = max(apart, float(np.abs(predictions - exact).max()))
        blocks.append(_block(lows, steps, numbers_, predictions[probes]))
    (out / "epochs.bin").write_bytes(b"".join(blocks))
    _write(
        out,
        {
            **description,
            "epochs": [numbers[i] for i in chosen],
            "best": best if best == last or best in [numbers[i] for i in chosen] else None,
            "encoding": encoding,
            # Largest difference of a prediction caused by the quantisation.
            "rounding": float(f"{apart:.2g}"),
            "tolerance": max(tolerance, float(f"{_RELATIVE_TOLERANCE * largest:.0e}")),
        },
    )


def thin(values: Sequence[int], count: int) -> list[int]:
    """Returns `count` evenly spaced values, including the first."""
    if count >= len(values):
        return list(values)
    places = np.linspace(0, len(values), count, endpoint=False).round().astype(int)
    return [values[place] for place in places]


def with_best(chosen: Sequence[int], best: int) -> list[int]:
    """Returns `chosen` with `best` in place of the nearest but the first; −1 for none."""
    if best < 0 or best in chosen or len(chosen) < 2:
        return list(chosen)
    nearest = min(chosen[1:], key=lambda i: abs(i - best))
    return sorted({best, *chosen} - {nearest})


def quantise(
    flat: Floats, sizes: Sequence[int], encoding: str
) -> tuple[Floats, Floats, npt.NDArray[Any]]:
    """Returns lows and steps (one per weight) and the numbers of all weights, flattened.

    float32 has no lows and steps; its numbers are the weights themselves.
    """
    none = np.zeros(0, np.float32)
    if encoding == "float32":
        return none, none, flat.astype(np.float32)
    highest = np.iinfo(encoding).max
    parts = np.split(flat.astype(np.float64), np.cumsum(sizes)[:-1])
    lows = np.array([part.min() for part in parts], np.float32)
    spans = np.array([part.max() for part in parts]) - lows
    steps = np.where(spans > 0, spans / highest, 1).astype(np.float32)
    numbers = [
        np.clip(((part - low) / np.float64(step)).round(), 0, highest)
        for part, low, step in zip(parts, lows, steps, strict=True)
    ]
    return lows, steps, np.concatenate(numbers).astype(encoding)


def dequantise(
    lows: Floats, steps: Floats, numbers: npt.NDArray[Any], sizes: Sequence[int]
) -> Floats:
    """Returns the flattened weights, float32, exactly as the browser computes them.

    low + step · number in double precision, rounded once.
    """
    if len(lows) == 0:
        return numbers.astype(np.float32)
    low, step = (np.repeat(values.astype(np.float64), sizes) for values in (lows, steps))
    found: Floats = (low + step * numbers).astype(np.float32)
    return found


def _unusable(
    numbers: Sequence[int],
    checkpoints: Floats,
    final: Floats,
    weights: Sequence[Mapping[str, Any]],
    layers: Mapping[str, Any] | None,
) -> str:
    """Returns why no checkpoint can be shown; '' if one can."""
    if len(numbers) < 2 or checkpoints.shape[1] != len(final):
        return "Its training saved no checkpoints: set epochs, or call `run.keep(step, steps)`."
    if not np.isfinite(checkpoints).all():
        return "A weight is NaN or infinite at some epoch."
    if layers is None:
        return "It has no layers format, which would receive the weights."
    groups = layers["weightsManifest"]
    known = {each["name"]: each["shape"] for group in groups for each in group["weights"]}
    plain = all(each["dtype"] == "float32" for group in groups for each in group["weights"])
    if not plain or known != {weight["name"]: weight["shape"] for weight in weights}:
        return "The weights of its TensorFlow.js layers don't match those of Keras one to one."
    return ""


def _best_encoding(
    sizes: Sequence[int], predictions: int, room: float, wanted: int
) -> tuple[str, int]:
    """Returns the encoding and the number of checkpoints that fit in `room` bytes."""
    best = ("float32", 0)
    for encoding, width in ENCODINGS.items():
        pairs = 0 if encoding == "float32" else 8 * len(sizes)
        count = min(wanted, int(room // (_padded(width * sum(sizes)) + pairs + 4 * predictions)))
        if count > best[1]:
            best = (encoding, count)
        if best[1] >= min(wanted, ENOUGH[encoding]):
            break
    return best


def _predictions(net: Any, flat: Floats, inputs: Floats) -> Floats:
    shapes = [values.shape for values in net.get_weights()]
    parts = np.split(flat, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
    net.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    return np.asarray(net.predict_on_batch(inputs), np.float32)


def _block(lows: Floats, steps: Floats, numbers: npt.NDArray[Any], predictions: Floats) -> bytes:
    values = numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()
    pairs = np.stack([lows, steps], axis=1).astype("<f4").tobytes()
    padding = b"\0" * (_padded(len(values)) - len(values))
    return pairs + values + padding + predictions.astype("<f4").tobytes()


def _padded(size: int) -> int:
    return -(-size // 4) * 4


def _text(description: Mapping[str, Any]) -> str:
    return json.dumps(description, sort_keys=True, separators=(",", ":"))


def _write(out: Path, description: Mapping[str, Any]) -> None:
    (out / "epochs.json").write_text(_text(description), encoding="utf-8")
