"""`Run`: the argument of a custom `train(run)`, and the check for a loss that is NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelpress.core.errors import ModelFailure

if TYPE_CHECKING:
    from modelpress.data import Data
    from modelpress.spec.model import Model

Progress = Callable[[int, int, dict[str, float]], None]


class Run:
    """The argument of a custom `train(run)`.

    data     the examples of `Model.data`, or None
    net      the result of `Model.build`, or None
    seed     the model's seed
    history  values by metric name, one per `log` call
    """

    def __init__(
        self,
        model: Model,
        data: Data | None,
        progress: Progress,
        keep: Callable[[Any, int, int], None] | None = None,
    ) -> None:
        self.data = data
        self.seed = model.seed
        self.net: Any = model.build() if model.build else None
        self.history: dict[str, list[float]] = {}
        self._progress = progress
        self._keep = keep

    def log(self, step: int, steps: int, **figures: Any) -> None:
        """Records figures of `step` (from 1) of `steps` in the history and shows the progress.

        Raises ModelFailure for a figure that is NaN or infinite: training can't recover from it.
        """
        values = {name: float(value) for name, value in figures.items()}
        stop_at_nan(values, step, steps, "")
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        self._progress(step, steps, values)

    def keep(self, step: int, steps: int) -> None:
        """Saves a checkpoint of `net` after `step` of `steps`, 0 for the initial weights.

        The page can show the model at these steps. Call it at every step: a spaced subset is saved.
        Raises ModelpressError if `step` is outside 0 … `steps`, or without a `net`.
        """
        if self._keep is not None:
            self._keep(self.net, step, steps)


def stop_at_nan(values: dict[str, float], step: int, steps: int, optimizer: str) -> None:
    """Raises ModelFailure if a figure of this step is NaN or infinite."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise ModelFailure(
                f"Training diverged: {name} is {value} at step {step} of {steps}.",
                found=f"optimizer {optimizer}" if optimizer else "",
                next_step="Try a smaller learning rate, a tenth of it say, and check that the "
                "inputs are scaled to about 0–1 (a Rescaling layer).",
            )
