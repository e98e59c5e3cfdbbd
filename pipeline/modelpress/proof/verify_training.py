"""verify, of a model that trains in the browser: Python's recorded runs, trained again there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelpress.schema.model import BackendName, ReplayResult

# Where a reader's training runs: the page's own typed arrays, and TensorFlow.js on the two others.
BACKENDS = ("cpu", "wasm", "webgl")

START = """([entry, options, said]) => {
  const tell = (answer) => { console.info(said + JSON.stringify(answer)); };
  const replay = async () => {
    const trainer = await modelpress.trainer(entry, options);
    const before = await trainer.tensors();
    const proof = await trainer.prove();
    const leaked = (await trainer.tensors()) - before;
    await trainer.dispose();
    return { ...proof, leaked };
  };
  setTimeout(() => replay().then(
    (result) => { tell({ result }); },
    (error) => { tell({ name: error.name, message: error.message }); },
  ));
}"""


def judge(said: Mapping[str, Any], backend: BackendName) -> list[ReplayResult]:
    """What the page said of one backend's replay, a result for each recorded optimizer."""
    proof = said.get("result")
    if proof is None:
        return [_result(backend, "", 0, None, None, None, [said["message"].rstrip(".")])]
    results = []
    for recording in proof["recordings"]:
        # JSON has no NaN and no infinity: None.
        loss, weight = recording["maxLossDiff"], recording["maxWeightDiff"]
        tolerance = proof["tolerance"]
        checks = {
            f"computed by {proof['backend']}, not {backend}": proof["backend"] == backend,
            "a loss or a weight is no number": loss is not None and weight is not None,
            f"a loss differs by {loss}, past {tolerance}": loss is None or loss <= tolerance,
            f"a weight differs by {weight}, past {tolerance}": weight is None
            or weight <= tolerance,
            "no weight was compared": bool(recording["compared"]),
            f"{proof['leaked']} tensors were not freed": proof["leaked"] == 0,
        }
        reasons = [reason for reason, right in checks.items() if not right]
        name, steps = recording["optimizer"]["name"], recording["steps"]
        results.append(_result(backend, name, steps, loss, weight, tolerance, reasons))
    return results


def _result(
    backend: BackendName,
    optimizer: str,
    steps: int,
    loss: float | None,
    weight: float | None,
    tolerance: float | None,
    reasons: list[str],
) -> ReplayResult:
    words = f"training with {optimizer or 'any optimizer'} on {backend}: {'; '.join(reasons)}."
    return ReplayResult(
        backend=backend,
        optimizer=optimizer,
        steps=steps,
        max_loss_diff=loss,
        max_weight_diff=weight,
        tolerance=tolerance,
        passed=not reasons,
        reason=words if reasons else "",
    )
