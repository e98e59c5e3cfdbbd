"""Describes weight initializers for the browser's random seeds, or refuses them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from modelpress.recording.record_refusal import refused

_CONSTANT = {keras.initializers.Zeros: 0.0, keras.initializers.Ones: 1.0}
_SCALED = (
    keras.initializers.VarianceScaling,
    *(keras.initializers.GlorotUniform, keras.initializers.GlorotNormal),
    *(keras.initializers.HeUniform, keras.initializers.HeNormal),
    *(keras.initializers.LecunUniform, keras.initializers.LecunNormal),
)
_KNOWN = (
    "GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, VarianceScaling, "
    "RandomUniform, RandomNormal, TruncatedNormal, Zeros, Ones, Constant"
)
_GLOROT_UNIFORM = {
    "kind": "scaled",
    "scale": 1.0,
    "mode": "fan_avg",
    "distribution": "uniform",
}


def described_initializers(layer: Any) -> dict[str, dict[str, Any]]:
    """Returns `kernel_initializer` and `bias_initializer` of a Dense layer as in live.json:

        {"kind": "scaled", "scale", "mode", "distribution"}   as keras.initializers.VarianceScaling
        {"kind": "uniform", "low", "high"}
        {"kind": "normal" | "truncated_normal", "mean", "stddev"}
        {"kind": "constant", "value"}

    Raises ModelpressError for an initializer that the browser doesn't support.
    """
    names = ["kernel_initializer", *(["bias_initializer"] if layer.use_bias else [])]
    return {name: _described(getattr(layer, name), layer.name, name) for name in names}


def randomized(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the layers; all-constant initializers are replaced by Keras' GlorotUniform.

    Otherwise every random seed would give the same weights.
    """
    dense = [layer for layer in layers if layer["kind"] == "dense"]
    initializers = (layer[n] for layer in dense for n in layer if n.endswith("_initializer"))
    if any(entry["kind"] != "constant" for entry in initializers):
        return layers
    return [
        {**layer, "kernel_initializer": _GLOROT_UNIFORM} if layer in dense else layer
        for layer in layers
    ]


def _described(initializer: Any, layer: str, name: str) -> dict[str, Any]:
    kind = type(initializer)
    if kind in _SCALED:
        return {
            "kind": "scaled",
            "scale": float(initializer.scale),
            "mode": initializer.mode,
            "distribution": initializer.distribution,
        }
    if kind is keras.initializers.RandomUniform:
        low, high = float(initializer.minval), float(initializer.maxval)
        return {"kind": "uniform", "low": low, "high": high}
    if kind in (keras.initializers.RandomNormal, keras.initializers.TruncatedNormal):
        normal = "normal" if kind is keras.initializers.RandomNormal else "truncated_normal"
        mean, stddev = float(initializer.mean), float(initializer.stddev)
        return {"kind": normal, "mean": mean, "stddev": stddev}
    if kind in _CONSTANT:
        return {"kind": "constant", "value": _CONSTANT[kind]}
    if kind is keras.initializers.Constant and np.ndim(initializer.value) == 0:
        return {"kind": "constant", "value": float(initializer.value)}
    found = getattr(initializer, "__name__", kind.__name__)
    raise refused(f"the `{name}` {found} of the layer {layer}", f"one of {_KNOWN}")
