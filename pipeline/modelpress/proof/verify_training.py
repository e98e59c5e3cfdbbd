"""Verifies training in the browser by repeating the recorded runs of Python there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelpress.schema.model import BackendName, ReplayResult

# Backends of a reader's training: typed arrays ("cpu"), and TensorFlow.js on the others.
BACKENDS = ("cpu", "wasm", "webgl")

START = """([entry, options, prefix]) => {
  const send = (outcome) => { console.info(prefix + JSON.stringify(outcome)); };
  const replay = async () => {
    const trainer = await modelpress.trainer(entry, options);
    const before = await trainer.tensors();
    const proof = await trainer.prove();
    const leaked = (await trainer.tensors()) - before;
    await trainer.dispose();
    return { ...proof, leaked };
  };
  setTimeout(() => replay().then(
    (result) => { send({ result }); },
    (error) => { send({ name: error.name, message: error.message }); },
  ));
}"""


def judge(outcome: Mapping[str, Any], backend: BackendName) -> list[ReplayResult]:
    """Returns the results of one backend, one per recorded optimizer."""
    proof = outcome.get("result")
    if proof is None:
        return [_result(backend, "", 0, None, None, None, [outcome["message"].rstrip(".")])]
    results = []
    for recording in proof["recordings"]:
        # None: JSON has neither NaN nor infinity.
        loss, weight = recording["maxLossDiff"], recording["maxWeightDiff"]
        tolerance = proof["tolerance"]
        checks = {
            f"computed by {proof['backend']}, not {backend}": proof["backend"] == backend,
            "a loss or a weight is NaN": loss is not None and weight is not None,
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
