"""Saves the weights of a network at some epochs of its training, initial weights included.

Saving only copies: the trained weights are the same to the bit, with or without checkpoints.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.training.weights import flattened

MOST = 24  # checkpoints of one training
MOST_OF_MANY = 10  # for networks with more than MANY_WEIGHTS, whose export is quantised anyway
MANY_WEIGHTS = 50_000

Weights = list[npt.NDArray[Any]]


def spaced(last: int, most: int) -> list[int]:
    """Returns at most `most` numbers from 0 to `last`, both included, in geometric spacing.

    Most learning happens near the start, where they are densest.
    """
    if most < 3 or last < 2:
        return sorted({0, last})
    numbers = np.geomspace(1, last, most - 1).round().astype(int)
    return sorted({0, *numbers.tolist(), last})


class Checkpoints:
    """The checkpoints of one training, by epoch (or by step of a custom training)."""

    def __init__(self) -> None:
        self._saved: dict[int, Weights] = {}
        self._wanted: set[int] | None = None
        self._best: tuple[float, int, Weights] | None = None

    def expect(self, last: int, parameters: int) -> None:
        """Sets the length of the training, before the first checkpoint. parameters: all weights."""
        most = MOST if parameters <= MANY_WEIGHTS else MOST_OF_MANY
        self._wanted = set(spaced(last, most))

    def save_at(self, number: int, net: Any) -> None:
        """Copies the weights of `net` if epoch `number` is a checkpoint."""
        if self._wanted is not None and number in self._wanted:
            self._saved[number] = [np.array(values) for values in net.get_weights()]

    def save_best(self, number: int, loss: float, net: Any) -> None:
        """Copies the weights of `net` if its validation loss is the lowest so far."""
        if self._wanted is not None and (self._best is None or loss < self._best[0]):
            self._best = (loss, number, [np.array(values) for values in net.get_weights()])

    def initial(self) -> Weights | None:
        """Returns the weights before the first epoch, None if they weren't saved."""
        return self._saved.get(0)

    def save(self, path: Path, net: Any) -> None:
        """Writes the checkpoints of `net` as npz: `epochs` (n,) and `weights` (n, all weights).

        `best` is the epoch with the lowest validation loss, −1 without a validation set. The
        weights are float32, flattened in Keras' order. Checkpoints of a network with other shapes
        than the final one, with other dtypes, or without weights are omitted.
        """
        shapes = [values.shape for values in net.get_weights()]
        best = -1
        if self._best is not None:
            _, best, weights = self._best
            self._saved.setdefault(best, weights)
        plain = bool(shapes) and all(values.dtype == np.float32 for values in net.get_weights())
        epochs = [
            number
            for number, weights in sorted(self._saved.items())
            if plain and [values.shape for values in weights] == shapes
        ]
        flat = [flattened(self._saved[number]) for number in epochs]
        size = sum(int(np.prod(shape)) for shape in shapes)
        stacked = np.stack(flat) if flat else np.zeros((0, size), np.float32)
        np.savez(path, epochs=np.array(epochs, np.int64), weights=stacked, best=np.int64(best))


class CheckpointCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves a checkpoint at the end of epochs, and one before the first."""

    def __init__(self, checkpoints: Checkpoints, epochs: int) -> None:
        super().__init__()
        self._checkpoints = checkpoints
        self._epochs = epochs

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._checkpoints.expect(self._epochs, self.model.count_params())
        self._checkpoints.save_at(0, self.model)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._checkpoints.save_at(epoch + 1, self.model)
        loss = (logs or {}).get("val_loss")
        if loss is not None:
            self._checkpoints.save_best(epoch + 1, float(loss), self.model)


class StepCheckpoints:
    """Saves checkpoints when a custom training reports a step."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints
        self._steps: int | None = None

    def save_at(self, net: Any, step: int, steps: int) -> None:
        """Saves a checkpoint after `step` of `steps`, 0 for the initial weights.

        Raises ModelpressError for a step out of range or an object that is no network.
        """
        if not 0 <= step <= steps or not hasattr(net, "get_weights"):
            raise ModelpressError(
                "This checkpoint can't be saved.",
                where="run.keep(step, steps)",
                found=f"step {step!r} of {steps!r} of {type(net).__name__}",
                expected="a step from 0 to `steps`, of the network that `build` made",
            )
        if self._steps != steps:
            self._steps = steps
            self._checkpoints.expect(steps, net.count_params())
        self._checkpoints.save_at(step, net)
