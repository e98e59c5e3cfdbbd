"""Measures metrics along a recorded run: of each batch and of the validation set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.recording.record_rows import Bin, Examples
from modelpress.recording.record_runs import Batches
from modelpress.schema.live import FloatBlock

_MOST = 40  # measurements of the validation set along a run
_FEWEST = 8  # runs with fewer epochs measure within epochs
# Prediction costs about a quarter of a training step per example; measuring may take as long as
# training.
_CHEAPER = 4
_METRICS: dict[str, Callable[[], Any]] = {
    "accuracy": lambda: "accuracy",  # binary or categorical, by the targets' shape
    "rmse": lambda: keras.metrics.RootMeanSquaredError(name="rmse"),
    "mae": lambda: keras.metrics.MeanAbsoluteError(name="mae"),
}


def keras_metrics(names: Sequence[str]) -> list[Any]:
    """Returns new Keras metrics with these names (`metrics_of`), for `compile`."""
    return [_METRICS[name]() for name in names]


def validation_steps(batches: Batches, steps: int, validation_count: int) -> list[int]:
    """Returns the steps (from 1) after which the validation set is measured.

    After the first step, then evenly: at the ends of epochs, or at even parts of them if the run
    has few. Measuring takes no longer than the training. [] without a validation set.
    validation_count: its number of examples.
    """
    if not validation_count:
        return []
    least = max(1, -(-steps // _MOST), -(-validation_count // (_CHEAPER * batches.size)))
    epoch = batches.in_epoch()
    if epoch * _FEWEST <= steps:
        every = epoch * -(-least // epoch)
    else:
        every = next((n for n in range(least, epoch) if epoch % n == 0), epoch)
    return sorted({1, *range(every, steps + 1, every)})


class Curves:
    """The measurements along one recording, filled by `run`.

    names: metrics that `net` was compiled with by `keras_metrics`. at: steps (from 1) after which
    the validation set is measured.
    """

    def __init__(
        self, net: Any, names: Sequence[str], examples: Examples, at: Sequence[int]
    ) -> None:
        self._names, self._at = list(names), set(at)
        self._metrics: dict[str, list[float]] = {name: [] for name in names}
        self._validation: dict[str, list[float]] = {name: [] for name in ("loss", *names)}
        validation_data = (
            (tf.constant(examples.validation_x), tf.constant(examples.validation_y)) if at else None
        )

        def measure() -> Any:
            """Runs uncompiled: compiling takes longer than these few calls."""
            net.reset_metrics()
            return net.test_step(validation_data)

        self._measure = measure

    def on_step(self, step: int, figures: Mapping[str, Any]) -> None:
        """Records the measurements of `step` (from 1). figures: metrics of its batch before it."""
        for name in self._names:
            self._metrics[name].append(float(figures[name]))
        if step in self._at:
            for name, value in self._measure().items():
                self._validation[name].append(float(value))

    def metrics(self, bin_file: Bin) -> dict[str, FloatBlock]:
        """Adds the float32 metrics of each batch to `bin_file`; returns their blocks by name."""
        return {name: _block(values, bin_file) for name, values in self._metrics.items()}

    def validation(self, bin_file: Bin) -> dict[str, FloatBlock] | None:
        """Returns the blocks of loss and metrics of the validation set; None without one."""
        if not self._at:
            return None
        return {name: _block(values, bin_file) for name, values in self._validation.items()}


def _block(values: list[float], bin_file: Bin) -> FloatBlock:
    return FloatBlock(offset=bin_file.add(np.array(values, np.float32)))


def predict(net: Any, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Returns the predictions for `x`, float32."""
    return np.asarray(net(tf.constant(x), training=False), np.float32)
