"""Complete entries and live runs for tests that care about some of their fields only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modelpress.artefacts.manifest import read_manifest
from modelpress.schema.document import plain

FILE = {"url": "models/a/0/x", "size_bytes": 1, "sha256": "0" * 64}
_PARITY_RESULT = {
    "format": "graph", "backend": "cpu", "max_diff": 0.0, "passed": True, "cases": 1, "singles": 1,
    "tensors_leaked": 0, "renderer": "", "reason": "",
}  # fmt: skip
_REPLAY_RESULT = {
    "backend": "cpu", "optimizer": "sgd", "steps": 1, "max_loss_diff": 0.0, "max_weight_diff": 0.0,
    "tolerance": 1e-4, "passed": True, "reason": "",
}  # fmt: skip
_EPOCHS_RESULT = {"backend": "cpu", "epochs": 1, "max_diff": 0.0, "passed": True, "reason": ""}
_LAYER = {
    "name": "answer", "kind": "Dense", "activation": "", "shape": [1], "parameters": 2,
    "connections": 1, "cells": None,
}  # fmt: skip
_MODEL: dict[str, Any] = {
    "title": "A model",
    "summary": "",
    "version": "0",
    "base": "models/a/0/",
    "files": {},
    "formats": {
        form: {"model": f"{form}/model.json", "weights": f"{form}/weights.bin"}
        for form in ("graph", "layers")
    },
    "golden": "golden.json",
    "cases": 1,
    "parameters": 2,
    "connections": 1,
    "size_bytes": 4,
    "tolerance": 1e-5,
    "tolerance_reason": "",
    "limits": "",
    "input": {"kind": "number", "shape": [1]},
    "output": {"kind": "number", "shape": [1]},
    "start": {"text": "0", "input": [0.0], "output": [0.0]},
    "metrics": {},
    "facts": {},
    "expect": {},
    "data": {
        "source": "author", "name": "", "title": "", "licence": "", "url": "", "description": "",
        "split": "", "rows": 1, "rows_by_part": {}, "parts": {}, "sha256": "", "path": "",
        "show_rows": False, "measured_on": {},
    },
    "training": {"seed": 0, "epochs": 1, "optimizer": "", "loss": "", "history": {}},
    "layers": [],
    "weights": None,
    "evaluation": None,
    "parity": {"proven": True, "reason": "", "browser": "Chromium 1", "cases": 1, "results": []},
    "versions": {},
    "cache_keys": {},
    "source": "models/a.py",
}  # fmt: skip
_LIVE: dict[str, Any] = {
    "input_shape": [1], "layers": [], "left_out": [], "weights": [], "loss": "mse",
    "losses": ["mse"], "metrics": [], "optimizer": {"name": "sgd", "learning_rate": 0.1},
    "rates": None, "batch_size": 1, "epochs": 1, "shuffle": True, "seed": 0, "rows": 1,
    "validation_rows": 0, "validation_steps": [],
    "data": {
        "x": {"offset": 0, "dtype": "float32", "shape": [0, 1]},
        "y": {"offset": 0, "dtype": "float32", "shape": [0, 1]},
        "validation_x": None, "validation_y": None, "probe_x": None, "probe_y": None,
    },
    "first": {"offset": 0}, "recordings": [], "author": 0, "own": True,
    "tolerance": {"cpu": 1e-4, "wasm": 1e-4, "webgl": 1e-4}, "tolerance_reason": "",
    "files": {},
}  # fmt: skip
_RECORDING: dict[str, Any] = {
    "rates": None, "steps": 1, "losses": {"offset": 0}, "metrics": {}, "validation": None,
    "probe": None, "checks": [],
}  # fmt: skip


def model(**fields: Any) -> dict[str, Any]:
    """A model's entry as JSON has it: a field that is an object takes its other parts from a
    complete one, and so does each item of `layers`, `parity.results` and `parity.training`."""
    entry = _over(_MODEL, fields)
    entry["layers"] = [_LAYER | layer for layer in entry["layers"]]
    parity = entry["parity"]
    parity["results"] = [_PARITY_RESULT | result for result in parity["results"]]
    if "training" in parity:
        parity["training"] = [_REPLAY_RESULT | result for result in parity["training"]]
    if "epochs" in parity:
        parity["epochs"] = _EPOCHS_RESULT | parity["epochs"]
    return entry


def live(**fields: Any) -> dict[str, Any]:
    """A live run as JSON has it."""
    run = _over(_LIVE, fields)
    run["recordings"] = [_RECORDING | each for each in run["recordings"]]
    return run


def manifest(
    models: dict[str, Any] | None = None, failures: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A manifest as a hand-over has it."""
    names = ("modelpress", "python", "tensorflow", "keras", "numpy", "tensorflowjs", "tfjs")
    return {
        "schema": 2, "generator": dict.fromkeys(names, "1"), "models": models or {},
        "failures": failures or {},
    }  # fmt: skip


def _over(whole: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    merged = {
        name: dict(value) if isinstance(value, dict) else value for name, value in whole.items()
    }
    for name, value in fields.items():
        both = isinstance(merged.get(name), dict) and isinstance(value, dict)
        own = name in ("input", "output")  # of one kind or another
        merged[name] = merged[name] | value if both and not own else value
    return merged


def models_of(site: Path) -> dict[str, Any]:
    """slug → entry, with all fields, of the models in a built site or public folder."""
    found: dict[str, Any] = plain(read_manifest(site).models)
    return found
