"""verify, of a model whose training kept weights: its answers with those of each kept epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelpress.schema.model import BackendName, EpochsResult

BACKEND: BackendName = "cpu"  # which answers with kept weights, whatever answers otherwise

# `at` rejects past the tolerance; what it says is the reason.
START = """([entry, options, said]) => {
  const tell = (answer) => { console.info(said + JSON.stringify(answer)); };
  const replay = async () => {
    const kept = await modelpress.epochs(entry);
    let maxDiff = 0;
    for (const epoch of kept.epochs) {
      const model = await kept.at(epoch);
      maxDiff = Math.max(maxDiff, model.maxDiff);
      await model.dispose();
    }
    return { maxDiff, epochs: kept.epochs.length };
  };
  setTimeout(() => replay().then(
    (result) => { tell({ result }); },
    (error) => { tell({ name: error.name, message: error.message }); },
  ));
}"""


def judge(said: Mapping[str, Any], expected: int) -> EpochsResult:
    """What the page said of all checkpoints. expected: how many there are."""
    found = said.get("result")
    if found is None:
        reason = f"kept epochs on {BACKEND}: {said['message']}"
    elif found["epochs"] != expected:
        reason = f"kept epochs on {BACKEND}: {found['epochs']} were proven of {expected}."
    else:
        reason = ""
    return EpochsResult(
        epochs=expected,
        backend=BACKEND,
        max_diff=found["maxDiff"] if found else None,
        passed=not reason,
        reason=reason,
    )
