"""Fit: Keras' own training, with the loop over batches compiled.

`keras.Model.fit` returns to Python after every batch, which takes a small network many times as
long as the batch itself. Here the batches of an epoch run inside one TensorFlow graph. What is
computed is Keras' (`train_step`, `test_step`: loss, regularisation, gradients, optimizer, metrics),
in the same order, so that without shuffling weights and history equal `fit`'s to the bit.

The one difference is the order of the rows: `order` gives it, from the seed by NumPy, where Keras
shuffles by a generator of TensorFlow's. It can be given to another program that is to train alike.
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

COVERED = ("epochs", "batch_size", "shuffle", "callbacks")  # keywords of `fit` that the loop knows
KERAS_BATCH_SIZE = 32  # what `fit` takes when none is given
FEW_BATCHES = 16  # an epoch of as many is run in one call
SECONDS_A_CALL = 1.0  # a longer epoch is run in several calls, so that progress is seen
_PER_BATCH = (
    *("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"),
    *("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end"),
)


def order(seed: int, epoch: int, rows: int) -> npt.NDArray[np.int32]:
    """The order of the rows in `epoch` (from 0), shape (rows,): a permutation of 0 … rows − 1."""
    return np.random.default_rng([seed, epoch]).permutation(rows).astype(np.int32)


def uncovered(net: Any, keywords: Mapping[str, Any]) -> str:
    """What keeps a compiled `net` from the compiled loop with these keywords of `fit`, in words;
    '' where nothing does."""
    other = [name for name in keywords if name not in COVERED]
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
    """The compiled loop over a compiled network's batches.

    net: a keras.Model after `compile`. batch_size: rows a batch; the last one may hold fewer.
    """

    def __init__(self, net: Any, batch_size: int | None = None) -> None:
        self.net = net
        self.batch_size = batch_size or KERAS_BATCH_SIZE
        self._at_once = FEW_BATCHES  # batches of a long epoch in one call
        # Not converted by AutoGraph, as in Keras' own loop.
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
        """Trains, and returns the history by epoch, as `keras.Model.fit` does.

        augment: varies the inputs before each epoch, with a generator of the seed and the epoch.
        tick(epoch, figures): within long epochs, the epoch (from 0) and its figures so far.
        """
        net, rows = self.net, len(train)
        x, y = tensor(train.x), tensor(train.y)
        held_out = validation and (tensor(validation.x), tensor(validation.y))
        # Makes what Keras makes before its first batch: the metrics' and the optimizer's variables.
        net._symbolic_build(data_batch=(x[: self.batch_size], y[: self.batch_size]))
        net.stop_training = False
        batches = -(-rows // self.batch_size)
        hooks = keras.callbacks.CallbackList(
            list(callbacks), add_history=True, model=net, epochs=epochs, steps=batches, verbose=0
        )
        hooks.on_train_begin()
        figures: Figures = {}
        for epoch in range(epochs):
            hooks.on_epoch_begin(epoch)
            if augment:
                x = tensor(augmented(augment, train.x, seed, epoch))
            rows_order = order(seed, epoch, rows) if shuffle else np.arange(rows, dtype=np.int32)
            if batches <= FEW_BATCHES:
                figures = _numbers(self._epoch(x, y, rows_order, held_out))
            else:
                figures = self._long_epoch(x, y, rows_order, tick and partial(tick, epoch))
                figures |= _validating(self._measure(*held_out)) if held_out else {}
            hooks.on_epoch_end(epoch, figures)
            if net.stop_training:
                break
        net.optimizer.finalize_variable_values(net.trainable_weights)
        hooks.on_train_end(figures)
        history: dict[str, list[float]] = net.history.history
        return history

    def evaluate(self, part: Split) -> Figures:
        """Loss and metrics over a part's rows, as `keras.Model.evaluate` gives them."""
        x, y = tensor(part.x), tensor(part.y)
        self.net._symbolic_build(data_batch=(x[: self.batch_size], y[: self.batch_size]))
        return self._measure(x, y)

    def _long_epoch(
        self, x: Any, y: Any, rows_order: Any, tick: Callable[[Figures], None] | None
    ) -> Figures:
        """One epoch in calls of about SECONDS_A_CALL."""
        batches = -(-len(rows_order) // self.batch_size)
        done, figures = 0, Figures()
        self._reset()
        while done < batches:
            began = time.monotonic()
            until = min(done + self._at_once, batches)
            figures = _numbers(self._train(x, y, rows_order, np.int32(done), np.int32(until)))
            done = until
            if time.monotonic() - began < SECONDS_A_CALL:
                self._at_once *= 2
            elif tick and done < batches:
                tick(figures)
        return figures

    def _measure(self, x: Any, y: Any) -> Figures:
        self._reset()
        return _numbers(self._test(x, y))

    def _run_epoch(self, x: Any, y: Any, rows_order: Any, held_out: Any) -> Any:
        """A short epoch, validation included: entering a graph takes as long as several batches."""
        batches = -(-x.shape[0] // self.batch_size)
        self.net.reset_metrics()
        figures = self.run_training(x, y, rows_order, 0, batches)
        if held_out:
            self.net.reset_metrics()
            figures |= _validating(self.run_test(*held_out))
        return figures

    def run_training(self, x: Any, y: Any, rows_order: Any, first: Any, until: Any) -> Any:
        """The batches from `first` to before `until`, within a graph."""

        def step(batch: Any) -> Any:
            rows = self._batch(rows_order, batch * self.batch_size)
            self.net.train_step((tf.gather(x, rows), tf.gather(y, rows)))
            return batch + 1

        tf.while_loop(lambda batch: batch < until, step, [first], parallel_iterations=1)
        return self.net.get_metrics_result()

    def _batch(self, values: Any, start: Any) -> Any:
        """The rows of one batch. As in Keras, their number is part of the graph where all batches
        have the same: TensorFlow then may round otherwise, when it divides by it."""
        rows = values.shape[0]
        if rows is None or rows % self.batch_size:
            return values[start : start + self.batch_size]
        rest = [0] * (len(values.shape) - 1)
        return tf.slice(values, [start, *rest], [self.batch_size, *values.shape[1:]])

    def run_test(self, x: Any, y: Any) -> Any:
        """Loss and metrics over all rows, within a graph, after `reset_metrics`."""

        def step(start: Any) -> Any:
            self.net.test_step((self._batch(x, start), self._batch(y, start)))
            return start + self.batch_size

        tf.while_loop(lambda start: start < tf.shape(x)[0], step, [0], parallel_iterations=1)
        return self.net.get_metrics_result()


def _validating(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {f"val_{name}": value for name, value in figures.items()}


def augmented(augment: Augment, x: Any, seed: int, epoch: int) -> Any:
    """The inputs of one epoch. ValueError unless they have the shape and type of `x`."""
    varied = np.asarray(augment(x, np.random.default_rng([seed, epoch, 1])))
    if varied.shape != np.shape(x) or varied.dtype != np.asarray(x).dtype:
        raise ValueError(
            f"augment gave {varied.shape} {varied.dtype} for inputs of "
            f"{np.shape(x)} {np.asarray(x).dtype}; it has to keep both"
        )
    return varied


def tensor(values: Any) -> Any:
    """On the device, of Keras' own type: float32 for any float. Whole numbers stay as small as
    they are (images: a byte a pixel); the network converts them batch by batch."""
    array = np.asarray(values)
    return tf.constant(array, "float32" if np.issubdtype(array.dtype, np.floating) else None)


def _numbers(figures: Mapping[str, Any]) -> Figures:
    return {name: float(value) for name, value in sorted(figures.items())}
