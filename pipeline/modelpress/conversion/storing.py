"""Stores a converted model's weights in the type that its network was rounded to.

Nothing changes but the bytes: a weight is stored smaller only if reading it gives the same float32
values, bit for bit. A weight that the converter has computed from others, such as a kernel with a
batch normalisation in it, may not be on the grid; it stays float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from modelpress.conversion.shards import weights_of
from modelpress.training.rounding import Float32, levels, on_grid

Json = dict[str, Any]
Grid = tuple[float, float]


def store(model_json: Json, weights: bytes, kind: str, grids: Sequence[Grid]) -> bytes:
    """Marks the weights in `model_json` that can be stored smaller; returns the new weights file.

    kind: "float16" or "uint8". grids: of `round_weights`. Leaves a model with weights of another
    type (string) as it is.
    """
    found = weights_of(model_json, weights)
    if found is None:
        return weights
    parts = []
    for spec, part in found:
        if spec["dtype"] == "float32":
            values = np.frombuffer(part, "<f4")
            smaller, how = _half(values) if kind == "float16" else _levels(values, grids)
            if smaller is not None:
                part, spec["quantization"] = smaller, {**how, "original_dtype": "float32"}
        parts.append(part)
    return b"".join(parts)


def _half(values: Float32) -> tuple[bytes | None, Json]:
    with np.errstate(over="ignore"):
        stored = values.astype("<f2")
    same = _equal(stored.astype(np.float32), values)
    return (stored.tobytes() if same else None), {"dtype": "float16"}


def _levels(values: Float32, grids: Sequence[Grid]) -> tuple[bytes | None, Json]:
    if values.size > 1:
        for low, scale in grids:
            if _equal(on_grid(values, low, scale), values):
                how = {"dtype": "uint8", "min": low, "scale": scale}
                return levels(values, low, scale).tobytes(), how
    return None, {}


def _equal(a: Float32, b: Float32) -> bool:
    return bool(np.array_equal(a.view(np.int32), np.ascontiguousarray(b).view(np.int32)))
