"""Compares the predictions of a trained network with the targets, example by example.

NumPy only. Uses the first part of `PARTS` that the data has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from modelpress.data import Data, Split
    from modelpress.outputs import Output


# Best first: real data if a substitute was trained on, then data that influenced no choice.
PARTS = ("real", "test", "validation", "train")
WORST = 12  # examples shown


@dataclass(frozen=True)
class Evaluation:
    """An evaluation as the manifest has it, and the examples it shows.

    examples: an index into the part for each entry of `mistakes` or `misses`.
    """

    summary: dict[str, Any]
    examples: list[int]


def evaluation_part(data: Data) -> tuple[str, Split]:
    """Returns name and data of the part to evaluate on."""
    parts = data.parts()
    name = next(name for name in PARTS if name in parts)
    return name, parts[name]


def evaluate(
    part: str, split: Split, predictions: npt.NDArray[Any], kind_out: Output, *, show: bool
) -> Evaluation | None:
    """Returns the evaluation of `predictions` (examples, …output shape) for the inputs of `split`.

    show: whether single examples may be shown. None if targets and predictions aren't comparable.
    """
    base = {"part": part, "name": split.name, "rows": len(split)}
    y = np.asarray(split.y)
    labels = _labels(kind_out)
    if labels:
        truth = _truth(y, len(labels))
        if truth is None:
            return None
        return _classes(base, split, truth, predictions, labels, kind_out, show)
    predictions = predictions.reshape(len(predictions), -1)
    y = y.reshape(len(y), -1)
    if y.shape != predictions.shape:
        return None
    return _values(base, y.astype(np.float64), predictions.astype(np.float64), show)


def _classes(
    base: dict[str, Any],
    split: Split,
    truth: npt.NDArray[np.intp],
    predictions: npt.NDArray[Any],
    labels: list[str],
    kind_out: Output,
    show: bool,
) -> Evaluation:
    probabilities = _probabilities(predictions, labels, kind_out)
    guess = probabilities.argmax(axis=1)
    table = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(table, (truth, guess), 1)
    totals = table.sum(axis=1)
    right = int(np.trace(table))
    each = np.arange(len(truth))
    # The larger the lead of the wrong class, the worse the mistake.
    lead = probabilities[each, guess] - probabilities[each, truth]
    wrong = [int(i) for i in np.lexsort((each, -lead)) if truth[i] != guess[i]]
    worst = _distinct(wrong, np.asarray(split.x), truth) if show else []
    summary = {
        **base,
        "kind": "classes",
        "labels": labels,
        "right": right,
        "accuracy": right / len(truth),
        "confusion": table.tolist(),
        "per_class": [
            float(table[i, i] / totals[i]) if totals[i] else None for i in range(len(labels))
        ],
        "mistakes": [
            {
                "truth": labels[truth[i]],
                "guess": labels[guess[i]],
                "share": float(np.float32(probabilities[i, guess[i]])),
            }
            for i in worst
        ],
    }
    return Evaluation(summary, worst)


def _values(
    base: dict[str, Any], y: npt.NDArray[Any], predictions: npt.NDArray[Any], show: bool
) -> Evaluation:
    misses = predictions - y
    sizes = np.sqrt((misses**2).mean(axis=1))
    order = np.lexsort((np.arange(len(sizes)), -sizes))[:WORST] if show else []
    worst = [int(i) for i in order if sizes[i] > 0]
    summary = {
        **base,
        "kind": "values",
        "rmse": math.sqrt(float((misses**2).mean())),
        "mean_absolute_error": float(np.abs(misses).mean()),
        "largest_error": float(np.abs(misses).max()),
        "misses": [{"truth": y[i].tolist(), "answer": predictions[i].tolist()} for i in worst],
    }
    return Evaluation(summary, worst)


def _labels(kind_out: Output) -> list[str]:
    labels = getattr(kind_out, "labels", None)
    count = math.prod(kind_out.shape)
    if not labels or not (len(labels) == count or (len(labels) == 2 and count == 1)):
        return []
    return (
        [str(label) for label in labels] if isinstance(kind_out.spec().get("labels"), list) else []
    )


def _truth(y: npt.NDArray[Any], classes: int) -> npt.NDArray[np.intp] | None:
    """Returns class indices of one-hot targets or of targets that are class indices."""
    if y.ndim == 2 and y.shape[1] == classes and classes > 1:
        return np.asarray(y.argmax(axis=1), np.intp)
    flat = y.reshape(-1)
    whole = flat.astype(np.intp)
    if len(flat) != len(y) or (whole != flat).any() or whole.min() < 0 or whole.max() >= classes:
        return None
    return whole


def _probabilities(
    predictions: npt.NDArray[Any], labels: list[str], kind_out: Output
) -> npt.NDArray[Any]:
    """Returns a probability per label; for a single output, its position from `low` to `high`."""
    flat = predictions.reshape(len(predictions), -1)
    if flat.shape[1] == len(labels):
        return flat
    low, high = float(getattr(kind_out, "low", 0.0)), float(getattr(kind_out, "high", 1.0))
    second = (flat[:, 0] - low) / (high - low)
    return np.stack([1 - second, second], axis=1)


def _distinct(order: list[int], x: npt.NDArray[Any], truth: npt.NDArray[np.intp]) -> list[int]:
    """Returns the first dozen distinct examples: a repeated mistake adds no information."""
    seen: set[tuple[bytes, int]] = set()
    distinct = []
    for i in order:
        key = (x[i].tobytes(), int(truth[i]))
        if key not in seen:
            seen.add(key)
            distinct.append(i)
        if len(distinct) == WORST:
            break
    return distinct
