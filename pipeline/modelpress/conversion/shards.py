"""One weights file for each format of a model."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelFailure
from modelpress.training.saving import number_shared_objects

Json = dict[str, Any]

_BYTES = {"float32": 4, "int32": 4, "bool": 1, "complex64": 8}


def one_weights_file(folder: Path) -> dict[str, Any]:
    """Renames the converter's single shard to weights.bin; returns model.json, which names it."""
    content: dict[str, Any] = json.loads(
        number_shared_objects((folder / "model.json").read_text("utf-8"))
    )
    groups = [group for group in content["weightsManifest"] if group["weights"]]
    shards = [name for group in groups for name in group["paths"]]
    weights = folder / "weights.bin"
    if len(shards) > 1:
        raise ModelFailure(
            f"The {folder.name} model has {len(shards)} weight files; expected one.",
            found=", ".join(shards),
        )
    if shards:
        (folder / shards[0]).rename(weights)
        groups[0]["paths"] = [weights.name]
    else:
        weights.touch()
    content["weightsManifest"] = groups
    return content


def weights_of(model_json: Json, content: bytes) -> list[tuple[Json, bytes]] | None:
    """Returns the specification and the bytes of each weight, in the order of the file.

    None if a weight has a type without a fixed size (string), or is quantised.
    """
    weights, at = [], 0
    for spec in (spec for group in model_json["weightsManifest"] for spec in group["weights"]):
        if spec["dtype"] not in _BYTES or "quantization" in spec:
            return None
        end = at + math.prod(spec["shape"]) * _BYTES[spec["dtype"]]
        weights.append((spec, content[at:end]))
        at = end
    return weights
