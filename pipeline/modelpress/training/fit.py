"""Trains like `keras.Model.fit`, with the loop over batches compiled.

`keras.Model.fit` returns to Python after every batch, which takes many times longer than the batch
of a small network. Here all batches of an epoch run inside one TensorFlow graph. The computation
is Keras' own (`train_step`, `test_step`: loss, regularisation, gradients, optimizer, metrics) in
the same order, so without shuffling, weights and history equal those of `fit` to the bit.

The order of the examples is the one difference: `order` derives it from the seed with NumPy, while
Keras shuffles with TensorFlow's generator. The browser can reproduce NumPy's order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.data import Split

Augment = Callable[[Any, np.random.Generator], Any]
Figures = dict[str, float]

SUPPORTED = ("epochs", "batch_size", "shuffle", "callbacks")  # `fit` keywords of the compiled loop
KERAS_BATCH_SIZE = 32  # default of `fit`
FEW_BATCHES = 16  # an epoch of at most this many batches runs in one call
SECONDS_A_CALL = 1.0  # longer epochs run in several calls, so that progress is visible
_PER_BATCH = (
    *("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"),
    *("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end"),
)


def order(seed: int, epoch: int, examples: int) -> npt.NDArray[np.int32]:
    """Returns the order of the examples in `epoch` (from 0): a permutation, int32 (examples,)."""
    return np.random.default_rng([seed, epoch]).permutation(examples).astype(np.int32)


def unsupported_by(net: Any, keywords: Mapping[str, Any]) -> str:
    """Returns the setting of a compiled `net` or of `fit` that the compiled loop doesn't support.

    '' if it supports all.
    """
    other = [name for name in keywords if name not in SUPPORTED]
    if other:
        return f"`{other[0]}`"
    if keywords.get("shuffle", True) not in (True, False):
        return f"shuffle={keywords['shuffle']!r}"
    for callback in keywords.get("callbacks", ()):
        for name in _PER_BATCH:
            plain = getattr(getattr(callback, name), "__func__", None)
            if plain is not getattr(keras.callbacks.Callback, name):
                return f"the callback {type(callback).__name__} with its {name}"
    if net.jit_compile or net.run_eagerly:
        return "`jit_compile`" if net.jit_compile else "`run_eagerly`"
    return ""


class Loop:
    """The compiled loop over the batches of a compiled network.

    net: a keras.Model after `compile`. batch_size: examples per batch; the last may be smaller.
    """

    def __init__(self, net: Any, batch_size: int | None = None) -> None:
        self.net = net
        self.batch_size = batch_size or KERAS_BATCH_SIZE
        self._at_once = FEW_BATCHES  # batches per call in long epochs
        # Without AutoGraph, as in Keras' own loop.
        self._train = tf.function(self.run_training, autograph=False, reduce_retracing=True)
        self._test = tf.function(self.run_test, autograph=False, reduce_retracing=True)
        self._epoch = tf.function(self._run_epoch, autograph=False, reduce_retracing=True)
        self._reset = tf.function(net.reset_metrics, autograph=False)

    def fit(
        self,
        train: Split,
        validation: Split | None = None,
        *,
        epochs: int,
        seed: int,
        shuffle: bool = True,
        callbacks: Sequence[Any] = (),
        augment: Augment | None = None,
        tick: Callable[[int, Figures], None] | None = None,
    ) -> dict[str, list[float]]:
        """Trains and returns the history by epoch, as `keras.Model.fit` does.

        augment: changes the inputs before each epoch, with a generator of the seed and the epoch.
        tick(epoch, figures): called during long epochs with the epoch (from 0) and its metrics.
        """
        net, examples = self.net, len(train)
        x, y = tensor(train.x), tensor(train.y)
        validation_data = validation and (tensor(validation.x), tensor(validation.y))
        # Creates the variables of metrics and optimizer, as Keras does before the first batch.
        net._symbolic_build(data_batch=(x[: self.batch_size], y[: self.batch_size]))
        net.stop_training = False
        batches = -(-examples // self.batch_size)
        hooks = keras.callbacks.CallbackList(
            list(callbacks), add_history=True, model=net, epochs=epochs, steps=batches, verbose=0
        )
        hooks.on_train_begin()
        figures: Figures = {}
        for epoch in range(epochs):
            hooks.on_epoch_begin(epoch)
            if augment:
                x = tensor(augmented(augment, train.x, seed, epoch))
            example_order = (
                order(seed, epoch, examples) if shuffle else np.arange(examples, dtype=np.int32)
            )
            if batches <= FEW_BATCHES:
                figures = _floats(self._epoch(x, y, example_order, validation_data))
            else:
                figures = self._long_epoch(x, y, example_order, tick and partial(tick, epoch))
                figures |= _with_prefix(self._measure(*validation_data)) if validation_data else {}
            hooks.on_epoch_end(epoch, figures)
            if net.stop_training:
                break
        net.optimizer.finalize_variable_values(net.trainable_weights)
        hooks.on_train_end(figures)
        history: dict[str, list[float]] = net.history.history
        return history

    def evaluate(self, part: Split) -> Figures:
        """Returns loss and metrics on one part of the data, as `keras.Model.evaluate` does."""
        x, y = tensor(part.x), tensor(part.y)
        self.net._symbolic_build(data_batch=(x[: self.batch_size], y[: self.batch_size]))
        return self._measure(x, y)

    def _long_epoch(
        self, x: Any, y: Any, example_order: Any, tick: Callable[[Figures], None] | None
    ) -> Figures:
        """Runs one epoch in calls of about SECONDS_A_CALL."""
        batches = -(-len(example_order) // self.batch_size)
        done, figures = 0, Figures()
        self._reset()
        while done < batches:
            began = time.monotonic()
            until = min(done + self._at_once, batches)
            figures = _floats(self._train(x, y, example_order, np.int32(done), np.int32(until)))
            done = until
            if time.monotonic() - began < SECONDS_A_CALL:
                self._at_once *= 2
            elif tick and done < batches:
                tick(figures)
        return figures

    def _measure(self, x: Any, y: Any) -> Figures:
        self._reset()
        return _floats(self._test(x, y))

    def _run_epoch(self, x: Any, y: Any, example_order: Any, validation_data: Any) -> Any:
        """Runs a short epoch with validation: entering a graph takes as long as several batches."""
        batches = -(-x.shape[0] // self.batch_size)
        self.net.reset_metrics()
        figures = self.run_training(x, y, example_order, 0, batches)
        if validation_data:
            self.net.reset_metrics()
            figures |= _with_prefix(self.run_test(*validation_data))
        return figures

    def run_training(self, x: Any, y: Any, example_order: Any, first: Any, until: Any) -> Any:
        """Runs the batches from `first` up to `until`, exclusive, within a graph."""

        def step(batch: Any) -> Any:
            examples = self._batch(example_order, batch * self.batch_size)
            self.net.train_step((tf.gather(x, examples), tf.gather(y, examples)))
            return batch + 1

        tf.while_loop(lambda batch: batch < until, step, [first], parallel_iterations=1)
        return self.net.get_metrics_result()

    def _batch(self, values: Any, start: Any) -> Any:
        """Returns the examples of one batch.

        As in Keras, the batch size is a constant of the graph if all batches are equal:
        TensorFlow may round differently when it divides by a constant.
        """
        examples = values.shape[0]
        if examples is None or examples % self.batch_size:
            return values[start : start + self.batch_size]
        rest = [0] * (len(values.shape) - 1)
        return tf.slice(values, [start, *rest], [self.batch_size, *values.shape[1:]])

    def run_test(self, x: Any, y: Any) -> Any:
        """Returns loss and metrics on all examples, within a graph, after `reset_metrics`."""

        def step(start: Any) -> Any:
            self.net.test_step((self._batch(x, start), self._batch(y, start)))
            return start + self.batch_size

        tf.while_loop(lambda start: start < tf.shape(x)[0], step, [0], parallel_iterations=1)
        return self.net.get_metrics_result()


def _with_prefix(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {f"val_{name}": value for name, value in figures.items()}


def augmented(augment: Augment, x: Any, seed: int, epoch: int) -> Any:
    """Returns the augmented inputs of one epoch.

    Raises ValueError if `augment` changes shape or dtype.
    """
    varied = np.asarray(augment(x, np.random.default_rng([seed, epoch, 1])))
    if varied.shape != np.shape(x) or varied.dtype != np.asarray(x).dtype:
        raise ValueError(
            f"augment gave {varied.shape} {varied.dtype} for inputs of "
            f"{np.shape(x)} {np.asarray(x).dtype}; it must keep both"
        )
    return varied


def tensor(values: Any) -> Any:
    """Returns `values` on the device: float32 for any float, integers with their own dtype.

    Small integers stay small (one byte per pixel); the network converts them batch by batch.
    """
    array = np.asarray(values)
    return tf.constant(array, "float32" if np.issubdtype(array.dtype, np.floating) else None)


def _floats(figures: Mapping[str, Any]) -> Figures:
    return {name: float(value) for name, value in sorted(figures.items())}
