"""Metrics of a network on the parts of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelpress.data import Data
    from modelpress.training.fit import Loop

# Prefix of the metrics of each part of the data: `test_accuracy`.
METRIC_PREFIXES = {"train": "", "validation": "val_", "test": "test_", "real": "real_"}


def evaluated(loop: Loop, data: Data) -> dict[str, float]:
    """Returns loss and metrics on all parts of `data`, by name."""
    metrics: dict[str, float] = {}
    for name, prefix in METRIC_PREFIXES.items():
        part = data.parts().get(name)
        if part is not None:
            metrics |= {prefix + key: value for key, value in loop.evaluate(part).items()}
    return metrics
