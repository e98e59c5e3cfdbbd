"""verify, of a model that trains: what is a failure, and that an altered recording is one."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.proof import verify, verify_training
from modelpress.schema.document import read
from modelpress.schema.model import ModelEntry
from tests.entries import models_of

RECORDING: dict[str, Any] = {
    "optimizer": {"name": "sgd"},
    "steps": 40,
    "maxLossDiff": 2e-7,
    "maxWeightDiff": 1e-7,
    "compared": [{"step": 40, "weights": 3}],
}
PROOF: dict[str, Any] = {"backend": "cpu", "tolerance": 1e-6, "leaked": 0}


def said(**changes: Any) -> dict[str, Any]:
    proof = {name: changes.pop(name, value) for name, value in PROOF.items()}
    return {"result": {**proof, "recordings": [{**RECORDING, **changes}]}}


def test_an_equal_run_passes() -> None:
    (result,) = verify_training.judge(said(), "cpu")
    assert result.passed
    assert result.reason == ""
    assert (result.optimizer, result.steps) == ("sgd", 40)
    assert (result.max_loss_diff, result.max_weight_diff) == (2e-7, 1e-7)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"maxLossDiff": 2e-6}, "a loss differs by 2e-06, past 1e-06"),
        ({"maxWeightDiff": 2e-6}, "a weight differs by 2e-06"),
        ({"maxLossDiff": None}, "is NaN"),
        ({"maxWeightDiff": None}, "is NaN"),
        ({"compared": []}, "no weight was compared"),
        ({"leaked": 2}, "2 tensors were not freed"),
        ({"backend": "cpu-fallback"}, "computed by cpu-fallback, not cpu"),
    ],
)
def test_what_is_a_failure(changes: dict[str, Any], words: str) -> None:
    (result,) = verify_training.judge(said(**changes), "cpu")
    assert not result.passed
    assert words in result.reason


def test_a_page_that_could_not_train() -> None:
    (result,) = verify_training.judge({"name": "Error", "message": "No worker."}, "wasm")
    assert not result.passed
    assert result.reason == "training with any optimizer on wasm: No worker."


def test_another_recording_is_not_reached(
    built_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's first loss is another: the browser's run fails, by just that."""
    monkeypatch.setattr(verify, "BACKENDS", ("cpu",))
    entries = models_of(built_site)
    slug = min(name for name, entry in entries.items() if entry.get("live"))
    entry = entries[slug]
    shutil.copytree(built_site / "models" / slug, tmp_path / "models" / slug)
    shutil.copytree(built_site / "assets/modelpress", tmp_path / "assets/modelpress")
    described = json.loads((tmp_path / entry["base"] / entry["live"]["url"]).read_text())
    file = tmp_path / entry["base"] / entry["live"]["bin"]
    content = bytearray(file.read_bytes())
    place = described["recordings"][0]["losses"]["offset"]
    first = np.frombuffer(content, "<f4", 1, place)[0]
    content[place : place + 4] = np.array([first + 0.25], "<f4").tobytes()
    file.write_bytes(content)
    entry["files"][entry["live"]["bin"]]["sha256"] = hashlib.sha256(content).hexdigest()
    parity = verify.verify(tmp_path, {slug: read(ModelEntry, entry)}, slugs=[slug])[slug]
    assert not parity.proven
    spoilt, *others = parity.training or []
    assert not spoilt.passed
    assert spoilt.max_loss_diff == pytest.approx(0.25, abs=1e-4)
    assert spoilt.reason in parity.reason
    assert others
    assert all(result.passed for result in others)
