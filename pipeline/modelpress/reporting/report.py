"""Reports on a trained model, for its card and its diagram.

Writes report.json for the manifest (layers, connections, evaluation, pictures); drawing.json for
pages only (the unit of the history, activations for starting inputs, the examples next to the
worst predictions); and the pictures weights.png and mistakes.png.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from modelpress import inputs, outputs
from modelpress.core.png import diverging, pixels_png
from modelpress.core.tiles import layout, levels
from modelpress.network.loading import load_network
from modelpress.reporting import anatomy, evaluation

if TYPE_CHECKING:
    from modelpress.data import Data

WEIGHTS, MISTAKES = "weights.png", "mistakes.png"
_BATCH = 512
_WEIGHT_STEPS = 15  # levels in the picture of the weights: they quarter its size


def report(
    keras_file: Path,
    training: Mapping[str, Any],
    spec: Mapping[str, Any],
    drawn: Sequence[str],
    data: Data | None,
    words: Mapping[str, str],
    unit: str,
    out: Path,
) -> None:
    """Writes the report of the network in `keras_file` into `out`.

    training, spec: contents of training.json and spec.json. drawn: text of each starting input
    whose activations a page shows. data: for training and evaluation, None if the training made its
    own. words: the author's words for the card, by field.
    unit: of the history, "epoch" or "step".
    """
    net = load_network(keras_file)
    kind_in, kind_out = inputs.from_spec(spec["input"]), outputs.from_spec(spec["output"])
    layers = anatomy.layers_of(net)
    counts = [layer["connections"] for layer in layers]
    known: dict[str, Any] = {
        "layers": layers,
        "connections": sum(counts) if None not in counts else None,
        "evaluation": None,
        "weights": _weights(net, tuple(kind_in.shape), out),
        **{name: text or None for name, text in words.items()},
        "limits": words["limits"],
    }
    drawing: dict[str, Any] = {"unit": unit, "rows": []}
    if data is not None:
        part, split = evaluation.evaluation_part(data)
        predicted = _predict(net, split.x, tuple(kind_in.shape))
        show = _may_show(training["data"], part)
        found = evaluation.evaluate(part, split, predicted, kind_out, show=show)
        if found is not None:
            known["evaluation"] = found.summary
            examples = np.asarray(split.x)[found.examples].astype(np.float32)
            drawing["rows"] = _shown_examples(kind_in, examples.reshape(-1, *kind_in.shape), out)
    shape = tuple(kind_in.shape)
    drawing["activations"] = {
        text: _inside(net, layers, kind_in.parse(text).reshape(shape))
        for text in map(kind_in.canonical, drawn)
    }
    _write(out / "report.json", known)
    _write(out / "drawing.json", drawing)


def _inside(
    net: Any, layers: list[dict[str, Any]], values: npt.NDArray[np.float32]
) -> dict[str, Any]:
    return anatomy.activation_images(layers, anatomy.activations(net, values))


def _predict(net: Any, x: Any, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Returns predictions for all examples; converts one batch at a time to float32."""
    examples = np.asarray(x)
    return np.concatenate(
        [
            np.asarray(
                net.predict_on_batch(
                    examples[i : i + _BATCH].astype(np.float32).reshape(-1, *shape)
                )
            )
            for i in range(0, len(examples), _BATCH)
        ]
    )


def _may_show(provenance: Mapping[str, Any], part: str) -> bool:
    """Returns whether the licence of the part allows showing single examples."""
    measured = provenance.get("measured_on") or {}
    if part == "real" and measured:
        return bool(measured.get("show_rows"))
    return bool(provenance.get("show_rows"))


def _shown_examples(
    kind_in: inputs.Input, examples: npt.NDArray[np.float32], out: Path
) -> list[dict[str, Any]]:
    """Returns how to show each example: its text and colour, or its tile of the written picture."""
    if len(examples) == 0:
        return []
    if not is_image(tuple(kind_in.shape)):
        return [
            {"text": kind_in.describe(example), "paint": kind_in.paint(example)}
            for example in examples
        ]
    spec = kind_in.spec()
    low, high = float(spec.get("min", 0)), float(spec.get("max", 255))
    grey = np.clip(np.rint((examples - low) / (high - low) * 255), 0, 255).astype(np.uint8)
    if grey.ndim == 4 and grey.shape[-1] == 1:
        grey = grey[..., 0]
    (out / MISTAKES).write_bytes(pixels_png(np.concatenate(list(grey), axis=0)))
    return [{"tile": number} for number in range(len(examples))]


def is_image(shape: tuple[int, ...]) -> bool:
    """Returns whether `shape` is an image: (height, width), or with 1 or 3 channels."""
    return len(shape) in (2, 3) and min(shape[:2]) >= 4 and shape[2:] in ((), (1,), (3,))


def _weights(net: Any, shape: tuple[int, ...], out: Path) -> dict[str, Any] | None:
    """Writes the picture of the first layer's weights and returns its layout.

    Each tile has its own scale. None if the input is not an image.
    """
    found = anatomy.first_layer_weights(net, shape) if is_image(shape) else None
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
