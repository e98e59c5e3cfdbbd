"""Verifies the checkpoints of a model: predictions with the weights of each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelpress.schema.model import BackendName, EpochsResult

BACKEND: BackendName = "cpu"  # predicts with checkpoints, whichever backend predicts otherwise

# `at` rejects beyond the tolerance; its message is the reason.
START = """([entry, options, prefix]) => {
  const send = (outcome) => { console.info(prefix + JSON.stringify(outcome)); };
  const replay = async () => {
    const checkpoints = await modelpress.epochs(entry);
    let maxDiff = 0;
    for (const epoch of checkpoints.epochs) {
      const model = await checkpoints.at(epoch);
      maxDiff = Math.max(maxDiff, model.maxDiff);
      await model.dispose();
    }
    return { maxDiff, epochs: checkpoints.epochs.length };
  };
  setTimeout(() => replay().then(
    (result) => { send({ result }); },
    (error) => { send({ name: error.name, message: error.message }); },
  ));
}"""


def judge(outcome: Mapping[str, Any], expected: int) -> EpochsResult:
    """Returns the result for all checkpoints. expected: number of checkpoints."""
    found = outcome.get("result")
    if found is None:
        reason = f"checkpoints on {BACKEND}: {outcome['message']}"
    elif found["epochs"] != expected:
        reason = f"checkpoints on {BACKEND}: {found['epochs']} of {expected} were proven."
    else:
        reason = ""
    return EpochsResult(
        epochs=expected,
        backend=BACKEND,
        max_diff=found["maxDiff"] if found else None,
        passed=not reason,
        reason=reason,
    )
