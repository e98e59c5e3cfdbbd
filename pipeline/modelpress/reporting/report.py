"""Report: what can be said and drawn of a trained model, for its card and its diagram.

Writes report.json, which goes into the manifest (layers, connections, evaluation, pictures);
drawing.json, which the pages alone are made of (charts, activations for each starting input, the
rows that stand beside the worst answers); and pictures as PNG: weights.png, mistakes.png.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import numpy.typing as npt

from modelpress import inputs, outputs
from modelpress.core.png import diverging, pixels_png
from modelpress.core.tiles import layout, levels
from modelpress.reporting import anatomy, evaluation
from modelpress.reporting.curves import charts

if TYPE_CHECKING:
    from modelpress.data import Data

WEIGHTS, MISTAKES = "weights.png", "mistakes.png"
_BATCH = 512
_WEIGHT_STEPS = 15  # strengths told apart in the picture of the weights: a quarter of its bytes


def report(
    keras_file: Path,
    training: Mapping[str, Any],
    spec: Mapping[str, Any],
    answers: Mapping[str, Mapping[str, Any]],
    data: Data | None,
    limits: str,
    unit: str,
    out: Path,
) -> None:
    """Writes the report of the network in `keras_file` into `out`.

    training, spec, answers: contents of training.json, spec.json and answers.json. data: the rows
    it was trained and is evaluated on, None where it made them itself. limits: the author's words.
    unit: what a step of the history is, "epoch" or "step".
    """
    net = keras.models.load_model(keras_file, safe_mode=True)
    kind_in, kind_out = inputs.from_spec(spec["input"]), outputs.from_spec(spec["output"])
    layers = anatomy.layers_of(net)
    counts = [layer["connections"] for layer in layers]
    known: dict[str, Any] = {
        "layers": layers,
        "connections": sum(counts) if None not in counts else None,
        "evaluation": None,
        "weights": _weights(net, tuple(kind_in.shape), out),
        "limits": limits,
    }
    drawing: dict[str, Any] = {"charts": charts(training["history"], unit), "rows": []}
    if data is not None:
        part, split = evaluation.chosen_part(data)
        guesses = _predict(net, split.x, tuple(kind_in.shape))
        show = _may_show(training["data"], part)
        found = evaluation.evaluate(part, split, guesses, kind_out, show=show)
        if found is not None:
            known["evaluation"] = found.summary
            rows = np.asarray(split.x)[found.rows].astype(np.float32)
            drawing["rows"] = _rows(kind_in, rows.reshape(-1, *kind_in.shape), out)
    shape = tuple(kind_in.shape)
    drawing["activations"] = {
        text: _inside(net, layers, np.array(answer["input"], np.float32).reshape(shape))
        for text, answer in answers.items()
    }
    _write(out / "report.json", known)
    _write(out / "drawing.json", drawing)


def _inside(
    net: Any, layers: list[dict[str, Any]], values: npt.NDArray[np.float32]
) -> dict[str, Any]:
    return anatomy.drawn(layers, anatomy.activations(net, values))


def _predict(net: Any, x: Any, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Answers to all rows; a batch of them is float32 at a time."""
    rows = np.asarray(x)
    return np.concatenate(
        [
            np.asarray(
                net.predict_on_batch(rows[i : i + _BATCH].astype(np.float32).reshape(-1, *shape))
            )
            for i in range(0, len(rows), _BATCH)
        ]
    )


def _may_show(provenance: Mapping[str, Any], part: str) -> bool:
    """Whether the licence of the part's rows allows showing single ones."""
    measured = provenance.get("measured_on") or {}
    if part == "real" and measured:
        return bool(measured.get("show_rows"))
    return bool(provenance.get("show_rows"))


def _rows(kind_in: inputs.Input, rows: npt.NDArray[np.float32], out: Path) -> list[dict[str, Any]]:
    """How each row is shown: its words and color, or its tile of the picture that is written."""
    if len(rows) == 0:
        return []
    if not is_image(tuple(kind_in.shape)):
        return [{"text": kind_in.describe(row), "paint": kind_in.paint(row)} for row in rows]
    spec = kind_in.spec()
    low, high = float(spec.get("min", 0)), float(spec.get("max", 255))
    grey = np.clip(np.rint((rows - low) / (high - low) * 255), 0, 255).astype(np.uint8)
    if grey.ndim == 4 and grey.shape[-1] == 1:
        grey = grey[..., 0]
    (out / MISTAKES).write_bytes(pixels_png(np.concatenate(list(grey), axis=0)))
    return [{"tile": number} for number in range(len(rows))]


def is_image(shape: tuple[int, ...]) -> bool:
    """Whether values of this shape are a picture: (height, width), or with 1 or 3 channels."""
    return len(shape) in (2, 3) and min(shape[:2]) >= 4 and shape[2:] in ((), (1,), (3,))


def _weights(net: Any, shape: tuple[int, ...], out: Path) -> dict[str, Any] | None:
    """Writes the picture of the first layer's weights, each tile at its own full strength, and says
    how it is laid out; None where the input is no picture."""
    found = anatomy.first_weights(net, shape) if is_image(shape) else None
    if found is None:
        return None
    name, maps = found
    where = layout(maps.shape)
    largest = np.abs(maps).max(axis=(0, 1))
    picture = levels(maps / np.where(largest > 0, largest, 1), where, 1.0)
    coarse = np.rint(picture / 127 * _WEIGHT_STEPS) * (127 / _WEIGHT_STEPS)
    (out / WEIGHTS).write_bytes(diverging(np.rint(coarse).astype(np.int8)))
    shown = largest[: where.tiles]
    return {
        "layer": name,
        "file": WEIGHTS,
        "count": int(maps.shape[2]),
        "cells": where.as_dict(),
        "largest": [float(f"{value:.3g}") for value in shown],
    }


def _write(path: Path, value: Any) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    path.write_text(text, encoding="utf-8")
