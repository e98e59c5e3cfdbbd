"""Short trainings by Keras' own training step, on given batches in a given order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.core.errors import ModelFailure
from modelpress.training.fit import order

Weights = list[npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Batches:
    """How rows are dealt. The last batch of an epoch may hold fewer than `size`."""

    rows: int
    size: int
    seed: int
    shuffle: bool

    def in_epoch(self) -> int:
        """Batches of one epoch."""
        return -(-self.rows // self.size)

    def first(self, steps: int) -> Iterator[npt.NDArray[np.int32]]:
        """The rows of each of the first `steps` batches, epoch after epoch."""
        for step in range(steps):
            epoch, batch = divmod(step, self.in_epoch())
            if batch == 0:
                rows = np.arange(self.rows, dtype=np.int32)
                dealt = order(self.seed, epoch, self.rows) if self.shuffle else rows
            yield dealt[batch * self.size : (batch + 1) * self.size]


def fresh(build: Callable[[], Any], seed: int) -> Any:
    """The network as training starts with it."""
    keras.backend.clear_session()  # layer names count from the start
    keras.utils.set_random_seed(seed)
    return build()


def run(
    net: Any,
    x: Any,
    y: Any,
    batches: Batches,
    steps: int,
    keep: Sequence[int],
    saw: Callable[[int, Mapping[str, Any]], None] | None = None,
) -> tuple[npt.NDArray[np.float32], dict[int, Weights]]:
    """Trains a compiled `net`: the loss of each batch before its step, float32 (steps,), and the
    weights after each of the steps (from 1) in `keep`. Equal to `train_on_batch`'s to the bit.
    saw(step, figures): is told each step's loss and metrics after it.

    Raises ModelFailure for a loss that is no number.
    """
    # Makes what Keras makes before its first batch: the metrics' and the optimizer's variables.
    net._symbolic_build(data_batch=(x[: batches.size], y[: batches.size]))

    def train(x: Any, y: Any) -> Any:
        net.reset_metrics()
        return net.train_step((x, y))

    # Traced for each size of a batch, as Keras traces it: a number known to TensorFlow may round
    # otherwise than one that is not. Not converted by AutoGraph, as in Keras' own.
    step = tf.function(train, autograph=False)
    losses = np.zeros(steps, np.float32)
    kept = {}
    for number, rows in enumerate(batches.first(steps), 1):
        figures = step(tf.constant(x[rows]), tf.constant(y[rows]))
        loss = losses[number - 1] = np.float32(figures["loss"])
        if not np.isfinite(loss):
            raise _diverged(net, number, loss)
        if saw:
            saw(number, figures)
        if number in keep:
            kept[number] = [np.array(values, np.float32) for values in net.get_weights()]
    if not all(np.isfinite(values).all() for weights in kept.values() for values in weights):
        raise _diverged(net, steps, np.float32(np.nan))
    return losses, kept


def _diverged(net: Any, step: int, loss: np.float32) -> ModelFailure:
    rate = np.float32(net.optimizer.learning_rate)
    return ModelFailure(
        "The training that the browser is to repeat diverged.",
        where="field `live`",
        found=f"{type(net.optimizer).__name__} at a learning rate of {rate}: "
        f"at step {step} the loss is {loss}",
        expected="finite losses and weights",
        next_step="Give Live(rates={…}) a smaller rate for this optimizer, or `compile` one.",
    )
