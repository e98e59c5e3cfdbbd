"""Epochs: the weights that Python kept during the training, as the browser fetches them.

Writes epochs.json, and epochs.bin unless there is nothing to show. For each kept epoch epochs.bin
holds, little-endian, one behind the other:

    lows, steps    float32, a pair for each weight; only of a quantised encoding
    weights        all weights laid flat in Keras' order, in the encoding
    padding        to a multiple of four bytes
    answers        float32: the network's to the golden cases `probes`, with these very weights

Of a quantised weight the value is low + step · number. The finest encoding is taken that leaves
room for enough epochs: all of them together, epochs.json included, are smaller than 1.5 times the
published model. The trained weights themselves, the last epoch's, are not written again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from modelpress.training.weights import flattened, weights_of

Floats = npt.NDArray[np.float32]

SHARE = 1.5  # of the published model's size
# So many epochs are worth the encoding; where it has no room for them, a coarser one is taken.
ENOUGH = {"float32": 10, "uint16": 6, "uint8": 1}
PROBES = 6  # golden cases that each epoch's weights have to reproduce
ENCODINGS = {"float32": 4, "uint16": 2, "uint8": 1}  # bytes a weight, finest first


def epochs(
    keras_file: Path,
    kept_file: Path,
    training: Mapping[str, Any],
    golden: Mapping[str, Any],
    layers: Mapping[str, Any],
    size_bytes: int,
    unit: str,
    out: Path,
) -> None:
    """Writes epochs.json and epochs.bin of the network in `keras_file` into `out`.

    kept_file: epochs.npz. layers: model.json of the layers format, which the browser puts the
    weights into. size_bytes: of the published model. unit: "epoch", or "step" of an author's own
    training. Where nothing can be shown epochs.json holds {"reason": a sentence}.
    """
    net = keras.models.load_model(keras_file, safe_mode=True)
    with np.load(kept_file, allow_pickle=False) as kept:
        numbers, rows = kept["epochs"].tolist(), kept["weights"]
    weights = weights_of(net)
    final = flattened(net.get_weights())
    last = int(training["epochs"])
    earlier = [i for i, number in enumerate(numbers) if number < last]
    reason = _unusable(numbers, rows, final, weights, layers)
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
    answer = int(np.prod(golden["output_shape"]))
    sizes = [int(np.prod(weight["shape"])) for weight in weights]
    room = SHARE * size_bytes - len(_text({**description, "epochs": numbers})) - 100
    encoding, count = _fitting(sizes, len(probes) * answer, room, len(earlier))
    if count == 0:
        _write(out, {"reason": "Its published model is too small for a second set of weights."})
        return
    chosen = thinned(earlier, count)
    inputs = np.array(golden["inputs"], np.float32).reshape(-1, *golden["input_shape"])
    blocks, apart = [], 0.0
    for i in chosen:
        lows, steps, numbers_ = quantised(rows[i], sizes, encoding)
        used = restored(lows, steps, numbers_, sizes)
        answers = _answers(net, used, inputs)
        if encoding != "float32":
            exact = _answers(net, rows[i], inputs)
            apart = max(apart, float(np.abs(answers - exact).max()))
        blocks.append(_block(lows, steps, numbers_, answers[probes]))
    (out / "epochs.bin").write_bytes(b"".join(blocks))
    _write(
        out,
        {
            **description,
            "epochs": [numbers[i] for i in chosen],
            "encoding": encoding,
            # Of an answer to a golden case, from the one that the weights as they were give.
            "rounding": float(f"{apart:.2g}"),
        },
    )


def thinned(values: Sequence[int], count: int) -> list[int]:
    """`count` of the values, evenly spaced among them, the first one included."""
    if count >= len(values):
        return list(values)
    places = np.linspace(0, len(values), count, endpoint=False).round().astype(int)
    return [values[place] for place in places]


def quantised(
    flat: Floats, sizes: Sequence[int], encoding: str
) -> tuple[Floats, Floats, npt.NDArray[Any]]:
    """Lows and steps (one of each weight) and the numbers of all weights laid flat; of float32 the
    weights themselves, with no lows and steps."""
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


def restored(
    lows: Floats, steps: Floats, numbers: npt.NDArray[Any], sizes: Sequence[int]
) -> Floats:
    """The weights laid flat, float32, as the browser computes them: low + step · number, in double
    precision and rounded once."""
    if len(lows) == 0:
        return numbers.astype(np.float32)
    low, step = (np.repeat(values.astype(np.float64), sizes) for values in (lows, steps))
    found: Floats = (low + step * numbers).astype(np.float32)
    return found


def _unusable(
    numbers: Sequence[int],
    rows: Floats,
    final: Floats,
    weights: Sequence[Mapping[str, Any]],
    layers: Mapping[str, Any],
) -> str:
    """Why no earlier epoch can be shown; '' where one can."""
    if len(numbers) < 2 or rows.shape[1] != len(final):
        return "Its training kept no weights: give it epochs, or call `run.keep(step, steps)`."
    if not np.isfinite(rows).all():
        return "A weight was no finite number in some epoch."
    groups = layers["weightsManifest"]
    known = {each["name"]: each["shape"] for group in groups for each in group["weights"]}
    plain = all(each["dtype"] == "float32" for group in groups for each in group["weights"])
    if not plain or known != {weight["name"]: weight["shape"] for weight in weights}:
        return "The weights of its TensorFlow.js layers are not one for one those of Keras."
    return ""


def _fitting(sizes: Sequence[int], answers: int, room: float, wanted: int) -> tuple[str, int]:
    """The encoding and how many epochs are written in it."""
    best = ("float32", 0)
    for encoding, width in ENCODINGS.items():
        pairs = 0 if encoding == "float32" else 8 * len(sizes)
        count = min(wanted, int(room // (_padded(width * sum(sizes)) + pairs + 4 * answers)))
        if count > best[1]:
            best = (encoding, count)
        if best[1] >= min(wanted, ENOUGH[encoding]):
            break
    return best


def _answers(net: Any, flat: Floats, inputs: Floats) -> Floats:
    shapes = [values.shape for values in net.get_weights()]
    parts = np.split(flat, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
    net.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    return np.asarray(net.predict_on_batch(inputs), np.float32)


def _block(lows: Floats, steps: Floats, numbers: npt.NDArray[Any], answers: Floats) -> bytes:
    values = numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()
    pairs = np.stack([lows, steps], axis=1).astype("<f4").tobytes()
    padding = b"\0" * (_padded(len(values)) - len(values))
    return pairs + values + padding + answers.astype("<f4").tobytes()


def _padded(size: int) -> int:
    return -(-size // 4) * 4


def _text(description: Mapping[str, Any]) -> str:
    return json.dumps(description, sort_keys=True, separators=(",", ":"))


def _write(out: Path, description: Mapping[str, Any]) -> None:
    (out / "epochs.json").write_text(_text(description), encoding="utf-8")
