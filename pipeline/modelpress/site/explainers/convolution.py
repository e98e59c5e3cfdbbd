"""Data of the explainer `convolution`: a model's convolutions and poolings up to the first other
layer, its starting picture, and the weights of its first convolution."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from modelpress.schema.model import ModelEntry
from modelpress.site.context import Site
from modelpress.site.explainers.dense_layers import NotDense, read_weights
from modelpress.site.explainers.network import model_of, start_of

OPTIONS = ("model", "start")
DIGITS = 5
_POOLING = {"MaxPooling2D": "max", "AveragePooling2D": "mean"}
_UNCHANGED = {"InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise"}


def resource(options: Mapping[str, str], site: Site) -> dict[str, Any]:
    """Returns the data, of type `ConvolutionResource` in site_assets/src/explore/lib/sliding.ts.

    Raises ValueError for a missing or unknown model, or one that does not begin with a convolution
    over a grey picture.
    """
    slug, entry = model_of(options, site)
    values, reading = start_of(slug, options.get("start"), site)
    stages, scale, offset, weights = _described(slug, entry, site)
    first = stages[0]["name"]
    return {
        "slug": slug,
        "title": entry.title,
        "tolerance": entry.tolerance,
        "reading": reading,
        "scale": scale,
        "offset": offset,
        "picture": [_round(value) for value in values],
        "stages": stages,
        "weights": {
            first: {
                "kernel": [_round(value) for value in weights[f"{first}/kernel"].ravel()],
                "bias": [_round(value) for value in weights[f"{first}/bias"]],
            }
        },
    }


def _described(
    slug: str, entry: ModelEntry, site: Site
) -> tuple[list[dict[str, Any]], float, float, Mapping[str, Any]]:
    """Returns the stages, the scale and offset before them, and all weights by name."""
    shape = list(entry.input.shape)
    if len(shape) == 2:
        shape.append(1)
    names = entry.formats.layers
    if names is None or len(shape) != 3 or shape[2] != 1:
        raise ValueError(f"`{slug}` takes no grey picture, or has no layers format.")
    model, file = (site.public / entry.files[name].url for name in (names.model, names.weights))
    described = json.loads(model.read_bytes())
    config = described["modelTopology"]["model_config"]
    try:
        weights = read_weights(described, file.read_bytes())
    except NotDense as found:
        raise ValueError(f"`{slug}` has {found}.") from found
    layers = config["config"]["layers"] if config["class_name"] == "Sequential" else []
    stages: list[dict[str, Any]] = []
    scale, offset = 1.0, 0.0
    for layer in layers:
        kind, given = layer["class_name"], layer["config"]
        if kind == "Rescaling" and not stages and isinstance(given["scale"], float | int):
            scale, offset = float(given["scale"]), float(given["offset"])
        elif kind == "Reshape" and not stages and list(given["target_shape"]) == shape:
            continue
        elif kind == "Conv2D" or kind in _POOLING:
            stage = _stage(kind, given, shape)
            if stage is None or (kind == "Conv2D" and f"{given['name']}/bias" not in weights):
                break
            stages.append(stage)
            shape = stage["shape"]
        elif kind not in _UNCHANGED:
            break
    if not stages or stages[0]["kind"] != "convolution":
        raise ValueError(f"`{slug}` does not begin with a convolution that can be shown.")
    return stages, scale, offset, weights


def _stage(kind: str, given: Mapping[str, Any], shape: list[int]) -> dict[str, Any] | None:
    """Returns a convolution or pooling over maps of `shape`; None for what is not shown."""
    pools = kind in _POOLING
    window = list(given["pool_size"] if pools else given["kernel_size"])
    strides = list(given["strides"] or window)
    activation = "linear" if pools else given["activation"]
    dilated = not pools and (list(given["dilation_rate"]) != [1, 1] or given["groups"] != 1)
    if (
        dilated
        or activation not in ("linear", "relu")
        or given.get("data_format")
        not in (
            None,
            "channels_last",
        )
    ):
        return None
    same = given["padding"] == "same"
    across = [
        -(-length // stride) if same else (length - reach) // stride + 1
        for length, reach, stride in zip(shape, window, strides, strict=False)
    ]
    return {
        "name": given["name"],
        "kind": _POOLING.get(kind, "convolution"),
        "window": window,
        "strides": strides,
        "same": same,
        "relu": activation == "relu",
        "from": list(shape),
        "shape": [*across, shape[2] if pools else given["filters"]],
    }


def _round(value: np.float32 | float) -> float:
    return float(f"{float(value):.{DIGITS}g}")
