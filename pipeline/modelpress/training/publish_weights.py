"""Rounds a trained network to the type that its weights are published in, and measures the cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from modelpress.training.evaluating import evaluated
from modelpress.training.fit import KERAS_BATCH_SIZE, Loop
from modelpress.training.rounding import round_weights

if TYPE_CHECKING:
    from modelpress.data import Data, Loaded
    from modelpress.spec.model import Model

MEASURED_ON = ("test", "validation", "train")  # the first part that the data has
MOST_ROWS = 10_000


def publish_weights(
    net: Any, model: Model, loaded: Loaded, metrics: dict[str, float]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Rounds the weights of `net` in place.

    metrics: of the network as it was trained. Returns what the rounding costs, as JSON-compatible
    values, and the metrics of the rounded network; an author's own `train` reports its metrics
    itself, and they stay.
    """
    data = loaded.data
    before = _outputs(net, data)
    grids = round_weights(net, model.weights)
    rounded = metrics
    if model.train is None and data is not None and metrics:
        rounded = evaluated(Loop(net), data)
    found: dict[str, Any] = {"type": model.weights, "grids": grids, "before": metrics}
    if before is not None:
        found |= _compared(before, _outputs(net, data))
    return found, rounded


def _outputs(net: Any, data: Data | None) -> npt.NDArray[np.float32] | None:
    """Returns the predictions for the examples that the cost is measured on."""
    parts = data.parts() if data is not None else {}
    part = next((parts[name] for name in MEASURED_ON if parts.get(name) is not None), None)
    if part is None:
        return None
    x = part.x[:MOST_ROWS]
    return np.asarray(net.predict(x, batch_size=KERAS_BATCH_SIZE, verbose=0), np.float32)


def _compared(before: npt.NDArray[np.float32], after: Any) -> dict[str, Any]:
    """Returns the number of rows, the largest change of a prediction, and the rows whose most
    probable class changes."""
    found = {"rows": len(before), "max_change": float(np.abs(after - before).max(initial=0))}
    if before.ndim == 2 and before.shape[1] > 1:
        return {**found, "changed": int((before.argmax(1) != after.argmax(1)).sum())}
    return found
