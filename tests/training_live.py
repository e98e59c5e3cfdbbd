"""A site of one small model with a live run made by Keras, without building any pages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.node import bundle
from tests.tfjs_models import write_dense
from tests.training_keras import OPTIMIZERS, Case, data, flat_weights, network, train

SLUG = "tiny"


class Bin:
    """live.bin: blocks of little-endian values, each at a multiple of four bytes."""

    def __init__(self) -> None:
        self.content = bytearray()

    def add(self, values: npt.NDArray[Any]) -> dict[str, Any]:
        """The block as live.json names it."""
        self.content += b"\0" * (-len(self.content) % 4)
        offset = len(self.content)
        self.content += np.ascontiguousarray(values).tobytes()
        return {"offset": offset}

    def rows(self, values: npt.NDArray[Any]) -> dict[str, Any]:
        return self.add(values) | {"dtype": str(values.dtype), "shape": list(values.shape)}


def live_run(case: Case, optimizers: tuple[str, ...] = tuple(OPTIMIZERS)) -> tuple[Any, bytes]:
    """live.json and live.bin; a recording of each optimizer, the first being the author's."""
    content = Bin()
    x, y = data(case)
    whole = bool(np.isin(y, (0, 1)).all())
    net = network(case)
    recordings = []
    for name in optimizers:
        chosen = case.with_optimizer(name)
        trained = network(case)
        losses, weights = train(chosen, trained)
        recordings.append(
            {
                "optimizer": chosen.optimizer,
                "rates": None,
                "steps": case.steps,
                "losses": content.add(losses),
                "checks": [{"step": case.steps, **content.add(weights)}],
            }
        )
    spec = {
        "input_shape": list(case.input_shape),
        "layers": case.named_layers(),
        "left_out": [],
        "weights": [{"name": weight.path, "shape": list(weight.shape)} for weight in net.weights],
        "loss": case.loss,
        "losses": [case.loss],
        "metrics": ["accuracy", "mae"],
        "optimizer": OPTIMIZERS[optimizers[0]],
        "rates": None,
        "batch_size": case.batch_size,
        "epochs": 10,
        "shuffle": True,
        "seed": 1,
        "rows": case.rows,
        "validation_rows": 10,
        "data": {
            "x": content.rows(x),
            "y": content.rows(y.astype(np.uint8) if whole else y),
            "validation_x": content.rows(x[:10]),
            "validation_y": content.rows(y[:10]),
        },
        "first": content.add(flat_weights(net)),
        "recordings": recordings,
        "author": 0,
        "tolerance": {"cpu": 1e-5, "wasm": 1e-5, "webgl": 1e-5},
        "tolerance_reason": "",
    }
    return spec, bytes(content.content)


def write_site(folder: Path, runs: dict[str, tuple[Any, bytes]]) -> dict[str, Any]:
    """Scripts and a manifest of models with these live runs; returns the bundle's description."""
    model = write_dense(folder / "source", SLUG, np.eye(3, 2, dtype=np.float32), "relu")
    description = bundle.build_bundle([model], folder / bundle.URL, look=False)
    models = {}
    for slug, (spec, content) in runs.items():
        files = {
            "live/live.json": json.dumps(spec).encode(),
            "live/live.bin": content,
        }
        entries = {}
        for name, written in files.items():
            path = folder / "models" / slug / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written)
            entries[name] = {
                "url": f"models/{slug}/{name}",
                "size_bytes": len(written),
                "sha256": hashlib.sha256(written).hexdigest(),
            }
        models[slug] = {
            "title": slug,
            "files": entries,
            "live": {"url": "live/live.json", "bin": "live/live.bin"},
        }
    models["still"] = {"title": "Still", "files": {}}
    (folder / "models" / "manifest.json").write_text(json.dumps({"schema": 2, "models": models}))
    return description
