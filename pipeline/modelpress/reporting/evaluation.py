"""Evaluation: how the answers of a trained network compare with what was wanted, row by row.

NumPy only. The rows are of the best part that was kept out of the training.
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


# Best first: real rows where a substitute was trained on, then what no choice was made by.
PARTS = ("real", "test", "validation", "train")
WORST = 12  # rows shown


@dataclass(frozen=True)
class Found:
    """An evaluation as the manifest has it, and the inputs of the rows it shows: an index into the
    part's rows for each entry of `mistakes` or `misses`."""

    summary: dict[str, Any]
    rows: list[int]


def chosen_part(data: Data) -> tuple[str, Split]:
    """Name and rows of the part to evaluate on."""
    parts = data.parts()
    name = next(name for name in PARTS if name in parts)
    return name, parts[name]


def evaluate(
    part: str, split: Split, answers: npt.NDArray[Any], kind_out: Output, *, show: bool
) -> Found | None:
    """The evaluation of `answers` (rows, …output shape) to the inputs of `split`.

    show: whether single rows may be shown. None where the targets can't be compared with answers.
    """
    base = {"part": part, "name": split.name, "rows": len(split)}
    y = np.asarray(split.y)
    labels = _labels(kind_out)
    if labels:
        truth = _truth(y, len(labels))
        if truth is None:
            return None
        return _classes(base, split, truth, answers, labels, kind_out, show)
    answers = answers.reshape(len(answers), -1)
    y = y.reshape(len(y), -1)
    if y.shape != answers.shape:
        return None
    return _values(base, y.astype(np.float64), answers.astype(np.float64), show)


def _classes(
    base: dict[str, Any],
    split: Split,
    truth: npt.NDArray[np.intp],
    answers: npt.NDArray[Any],
    labels: list[str],
    kind_out: Output,
    show: bool,
) -> Found:
    shares = _shares(answers, labels, kind_out)
    guess = shares.argmax(axis=1)
    table = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(table, (truth, guess), 1)
    totals = table.sum(axis=1)
    right = int(np.trace(table))
    each = np.arange(len(truth))
    # The surer of the wrong answer, the worse.
    lead = shares[each, guess] - shares[each, truth]
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
                "share": float(np.float32(shares[i, guess[i]])),
            }
            for i in worst
        ],
    }
    return Found(summary, worst)


def _values(
    base: dict[str, Any], y: npt.NDArray[Any], answers: npt.NDArray[Any], show: bool
) -> Found:
    misses = answers - y
    sizes = np.sqrt((misses**2).mean(axis=1))
    order = np.lexsort((np.arange(len(sizes)), -sizes))[:WORST] if show else []
    worst = [int(i) for i in order if sizes[i] > 0]
    summary = {
        **base,
        "kind": "values",
        "rmse": math.sqrt(float((misses**2).mean())),
        "mean_absolute_error": float(np.abs(misses).mean()),
        "largest_error": float(np.abs(misses).max()),
        "misses": [{"truth": y[i].tolist(), "answer": answers[i].tolist()} for i in worst],
    }
    return Found(summary, worst)


def _labels(kind_out: Output) -> list[str]:
    labels = getattr(kind_out, "labels", None)
    count = math.prod(kind_out.shape)
    if not labels or not (len(labels) == count or (len(labels) == 2 and count == 1)):
        return []
    return (
        [str(label) for label in labels] if isinstance(kind_out.spec().get("labels"), list) else []
    )


def _truth(y: npt.NDArray[Any], classes: int) -> npt.NDArray[np.intp] | None:
    """Class numbers of one-hot rows, or of numbers that say the class themselves."""
    if y.ndim == 2 and y.shape[1] == classes and classes > 1:
        return np.asarray(y.argmax(axis=1), np.intp)
    flat = y.reshape(-1)
    whole = flat.astype(np.intp)
    if len(flat) != len(y) or (whole != flat).any() or whole.min() < 0 or whole.max() >= classes:
        return None
    return whole


def _shares(answers: npt.NDArray[Any], labels: list[str], kind_out: Output) -> npt.NDArray[Any]:
    """A share for each label; of a single answer, how far it lies from `low` to `high`."""
    flat = answers.reshape(len(answers), -1)
    if flat.shape[1] == len(labels):
        return flat
    low, high = float(getattr(kind_out, "low", 0.0)), float(getattr(kind_out, "high", 1.0))
    second = (flat[:, 0] - low) / (high - low)
    return np.stack([1 - second, second], axis=1)


def _distinct(order: list[int], x: npt.NDArray[Any], truth: npt.NDArray[np.intp]) -> list[int]:
    """The first dozen rows that differ from each other: the same colour misnamed ten times over
    tells no more than once."""
    seen: set[tuple[bytes, int]] = set()
    kept = []
    for i in order:
        key = (x[i].tobytes(), int(truth[i]))
        if key not in seen:
            seen.add(key)
            kept.append(i)
        if len(kept) == WORST:
            break
    return kept
