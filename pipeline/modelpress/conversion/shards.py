"""One weights file for each format of a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelFailure
from modelpress.training.saving import number_shared_objects


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
