"""What is measured along a recorded run: metrics of each batch, and of the validation rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.recording.record_rows import Bin, Rows
from modelpress.recording.record_runs import Batches
from modelpress.schema.live import FloatBlock

_MOST = 40  # measurements of the validation rows along a run
_FEWEST = 8  # or else some within an epoch
# Rows that are only answered cost about a quarter of rows that are trained with; measuring may
# take as long as training.
_CHEAPER = 4
_METRICS: dict[str, Callable[[], Any]] = {
    "accuracy": lambda: "accuracy",  # binary or categorical, by the targets' shape
    "rmse": lambda: keras.metrics.RootMeanSquaredError(name="rmse"),
    "mae": lambda: keras.metrics.MeanAbsoluteError(name="mae"),
}


def keras_metrics(names: Sequence[str]) -> list[Any]:
    """For `compile`: Keras' metrics of these names (`metrics_of`), new ones each time."""
    return [_METRICS[name]() for name in names]


def validation_steps(batches: Batches, steps: int, validating: int) -> list[int]:
    """After which of the first `steps` steps (from 1) the validation rows are measured.

    After the first, then evenly: at the ends of epochs where the run has several, else within
    them at even parts. Seldom enough that measuring `validating` rows takes no longer than the
    training. [] without validation rows.
    """
    if not validating:
        return []
    least = max(1, -(-steps // _MOST), -(-validating // (_CHEAPER * batches.size)))
    epoch = batches.in_epoch()
    if epoch * _FEWEST <= steps:
        every = epoch * -(-least // epoch)
    else:
        every = next((n for n in range(least, epoch) if epoch % n == 0), epoch)
    return sorted({1, *range(every, steps + 1, every)})


class Curves:
    """The measurements along one recording, filled by `run`.

    names: of the metrics, as `net` was compiled with them by `keras_metrics`. at: steps (from 1)
    after which the validation rows are measured.
    """

    def __init__(self, net: Any, names: Sequence[str], rows: Rows, at: Sequence[int]) -> None:
        self._names, self._at = list(names), set(at)
        self._metrics: dict[str, list[float]] = {name: [] for name in names}
        self._validation: dict[str, list[float]] = {name: [] for name in ("loss", *names)}
        held_out = (tf.constant(rows.validation_x), tf.constant(rows.validation_y)) if at else None

        def measure() -> Any:
            """Not compiled: for so few calls that takes longer than it saves."""
            net.reset_metrics()
            return net.test_step(held_out)

        self._measure = measure

    def saw(self, step: int, figures: Mapping[str, Any]) -> None:
        """After `step` (from 1). figures: metrics of its batch, as they were before it."""
        for name in self._names:
            self._metrics[name].append(float(figures[name]))
        if step in self._at:
            for name, value in self._measure().items():
                self._validation[name].append(float(value))

    def metrics(self, bin_file: Bin) -> dict[str, FloatBlock]:
        """Metrics of each batch, by name."""
        return {name: _block(values, bin_file) for name, values in self._metrics.items()}

    def validation(self, bin_file: Bin) -> dict[str, FloatBlock] | None:
        """Loss and metrics of the validation set, by name; None where there is none."""
        if not self._at:
            return None
        return {name: _block(values, bin_file) for name, values in self._validation.items()}


def _block(values: list[float], bin_file: Bin) -> FloatBlock:
    return FloatBlock(offset=bin_file.add(np.array(values, np.float32)))


def answers_of(net: Any, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The answers to the rows `x`, float32."""
    return np.asarray(net(tf.constant(x), training=False), np.float32)
