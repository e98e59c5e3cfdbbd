"""`Run`: what an author's own training is given, and the one rule for a loss that is no number."""

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
    """What an author's own `train(run)` is given.

    data  the rows of `Model.data`, or None
    net   what `Model.build` made, or None
    seed  the model's seed
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
        """Records figures of `step` (from 1) of `steps` in the history, and shows the progress.

        Raises ModelFailure for a loss that is no number: training can't recover from it.
        """
        values = {name: float(value) for name, value in figures.items()}
        stop_at_nan(values, step, steps, "")
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        self._progress(step, steps, values)

    def keep(self, step: int, steps: int) -> None:
        """Keeps the weights that `net` has now as those after `step` of `steps`, 0 for the first
        ones: the page can show the model as it was then. Some steps are chosen; call it at each.

        Raises ModelpressError for a step that there is not, or without a `net`.
        """
        if self._keep is not None:
            self._keep(self.net, step, steps)


def stop_at_nan(values: dict[str, float], step: int, steps: int, optimizer: str) -> None:
    """Raises ModelFailure where a figure of this step is NaN or infinite."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise ModelFailure(
                f"Training diverged: {name} is {value} at step {step} of {steps}.",
                found=f"optimizer {optimizer}" if optimizer else "",
                next_step="Try a smaller learning rate, a tenth of it say, and check that the "
                "inputs are scaled to about 0–1 (a Rescaling layer).",
            )
