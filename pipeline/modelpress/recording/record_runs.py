"""Runs short trainings with Keras' own training step, on batches in a given order."""

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
    """The batches of a training. The last batch of an epoch may be smaller than `size`."""

    examples: int
    size: int
    seed: int
    shuffle: bool

    def in_epoch(self) -> int:
        """Returns the number of batches per epoch."""
        return -(-self.examples // self.size)

    def first(self, steps: int) -> Iterator[npt.NDArray[np.int32]]:
        """Yields the example indices of the first `steps` batches, epoch after epoch."""
        for step in range(steps):
            epoch, batch = divmod(step, self.in_epoch())
            if batch == 0:
                unshuffled = np.arange(self.examples, dtype=np.int32)
                indices = order(self.seed, epoch, self.examples) if self.shuffle else unshuffled
            yield indices[batch * self.size : (batch + 1) * self.size]


def build_seeded(build: Callable[[], Any], seed: int) -> Any:
    """Returns the network with its initial weights."""
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
    on_step: Callable[[int, Mapping[str, Any]], None] | None = None,
) -> tuple[npt.NDArray[np.float32], dict[int, Weights]]:
    """Trains a compiled `net` for `steps` steps.

    Returns the loss of each batch before its step, float32 (steps,), and the weights after the
    steps (from 1) in `keep`. Both equal those of `train_on_batch` to the bit.
    on_step(step, figures): called after each step with its loss and metrics.

    Raises ModelFailure if a loss or weight is NaN or infinite.
    """
    # Creates the variables of metrics and optimizer, as Keras does before the first batch.
    net._symbolic_build(data_batch=(x[: batches.size], y[: batches.size]))

    def train(x: Any, y: Any) -> Any:
        net.reset_metrics()
        return net.train_step((x, y))

    # Traced for each batch size, as in Keras: TensorFlow may round differently if a number is a
    # constant of the graph. Without AutoGraph, as in Keras.
    step = tf.function(train, autograph=False)
    losses = np.zeros(steps, np.float32)
    saved = {}
    for number, indices in enumerate(batches.first(steps), 1):
        figures = step(tf.constant(x[indices]), tf.constant(y[indices]))
        loss = losses[number - 1] = np.float32(figures["loss"])
        if not np.isfinite(loss):
            raise _diverged(net, number, loss)
        if on_step:
            on_step(number, figures)
        if number in keep:
            saved[number] = [np.array(values, np.float32) for values in net.get_weights()]
    if not all(np.isfinite(values).all() for weights in saved.values() for values in weights):
        raise _diverged(net, steps, np.float32(np.nan))
    return losses, saved


def _diverged(net: Any, step: int, loss: np.float32) -> ModelFailure:
    rate = np.float32(net.optimizer.learning_rate)
    return ModelFailure(
        "The training that the browser must repeat diverged.",
        where="field `live`",
        found=f"{type(net.optimizer).__name__} at a learning rate of {rate}: "
        f"at step {step} the loss is {loss}",
        expected="finite losses and weights",
        next_step="Set a smaller learning rate for this optimizer in Live(rates={…}) or `compile`.",
    )
