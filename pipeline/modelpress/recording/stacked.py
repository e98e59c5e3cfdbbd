"""Many starts of one live run at once: the weights of all seeds stacked, a step for all of them.

What is computed is Keras': its activations, losses and optimizers, which work value by value, on
weights with one more axis in front. A step for twenty small networks takes hardly longer than one
for a single network, most of whose time is spent between operations. Sums may round otherwise than
in a training alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.recording.record_runs import Batches, Weights
from modelpress.recording.record_settings import optimizer_from
from modelpress.recording.replay import LiveFiles
from modelpress.schema.live import DenseLayer, FlattenLayer, LiveRun, RescaleLayer


def trained_from(
    seeds: Sequence[int], build: Callable[[], Any], files: LiveFiles
) -> tuple[list[Weights], npt.NDArray[np.float32]]:
    """The author's run of a recording, trained from other seeds: of the first weights and of the
    order of the rows.

    build: the network's. Returns for each seed the weights after the last recorded step, in Keras'
    order and shapes, and the loss of the last batch, float32 (seeds,). Where a training diverges
    they hold no numbers.
    """
    spec = files.spec
    recording = spec.recordings[spec.author]
    steps = recording.steps
    orders = np.stack([_orders(spec, seed, steps) for seed in seeds])
    stack = _Stack(spec, first_weights(seeds, build), optimizer_from(recording.optimizer))
    x, y = (tf.constant(_flat(files.rows(name))) for name in ("x", "y"))
    sizes = _batch_sizes(spec, steps)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    rates = np.array(files.rates(recording, steps), np.float32)
    losses = stack.train(x, y, tf.constant(orders), tf.constant(starts), tf.constant(rates))
    return stack.weights(), losses.numpy()


def first_weights(seeds: Sequence[int], build: Callable[[], Any]) -> list[Weights]:
    """The weights that `build` gives after `keras.utils.set_random_seed(seed)`, of each seed.

    Building a network takes a hundred times as long as drawing its weights, so they are drawn by
    its initializers, made anew in the order of its layers; where that is not how `build` makes
    them, it is called for each seed.
    """
    if not len(seeds):
        return []

    def built(seed: int) -> Any:
        keras.utils.set_random_seed(seed)
        return build()

    net = built(seeds[0])
    first = net.get_weights()
    drawn = [_drawn(net, seed) for seed in seeds]
    if all(np.array_equal(a, b) for a, b in zip(first, drawn[0], strict=True)):
        return drawn
    return [first, *(built(seed).get_weights() for seed in seeds[1:])]


def _drawn(net: Any, seed: int) -> Weights:
    """The weights of a network's Dense layers, by initializers made after the seed was set."""
    keras.utils.set_random_seed(seed)
    weights = []
    for layer in net.layers:
        if not isinstance(layer, keras.layers.Dense):
            continue
        makers = [layer.kernel_initializer, layer.bias_initializer]
        # Keras draws an initializer's seed when it is made: both of a layer before any weight.
        makers = [type(each).from_config(each.get_config()) for each in makers]
        for make, variable in zip(makers, layer.weights, strict=False):
            weights.append(np.asarray(make(variable.shape, "float32"), np.float32))
    return weights


class _Stack:
    """Networks of one kind. spec: the live run."""

    def __init__(self, spec: LiveRun, firsts: list[Weights], optimizer: Any) -> None:
        self._layers = [layer for layer in spec.layers if not isinstance(layer, FlattenLayer)]
        self._shapes = [weights.shape for weights in firsts[0]]
        stacked = [np.stack(each) for each in zip(*firsts, strict=True)]
        # A bias stands beside rows: (seeds, 1, units).
        self._variables = [keras.Variable(v if v.ndim > 2 else v[:, np.newaxis]) for v in stacked]
        self._loss = keras.losses.get(spec.loss)
        self._optimizer = optimizer
        optimizer.build(self._variables)
        self.train = tf.function(self._train, autograph=False)

    def weights(self) -> list[Weights]:
        """Of each network, as they are now."""
        values = [np.asarray(variable, np.float32) for variable in self._variables]
        return [
            [v[i].reshape(shape) for v, shape in zip(values, self._shapes, strict=True)]
            for i in range(len(values[0]))
        ]

    def _train(self, x: Any, y: Any, orders: Any, starts: Any, rates: Any) -> Any:
        """All steps: the batch of one begins at `starts` of its row in `orders`. Returns the
        losses of the last batches."""

        def step(number: Any, _: Any) -> Any:
            rows = orders[:, starts[number] : starts[number + 1]]
            losses = self._step(tf.gather(x, rows), tf.gather(y, rows), rates[number])
            return number + 1, losses

        nothing = tf.zeros(orders.shape[0])
        count = rates.shape[0]
        return tf.while_loop(
            lambda number, _: number < count, step, [0, nothing], parallel_iterations=1
        )[1]

    def _step(self, x: Any, y: Any, rate: Any) -> Any:
        values = [variable.value for variable in self._variables]
        with tf.GradientTape() as tape:
            # Each network's mean over its rows; their sum leaves each with its own gradient.
            losses = tf.reduce_mean(self._loss(y, self._answers(x)), axis=-1)
            total = tf.reduce_sum(losses)
        self._optimizer.learning_rate.assign(rate)
        self._optimizer.apply(tape.gradient(total, values), self._variables)
        return losses

    def _answers(self, x: Any) -> Any:
        """The answers of each network to rows of its own, (seeds, rows, values)."""
        weights = iter(self._variables)
        for layer in self._layers:
            if isinstance(layer, RescaleLayer):
                x = x * np.float32(layer.scale) + np.float32(layer.offset)
                continue
            if isinstance(layer, DenseLayer):
                x = tf.matmul(x, next(weights).value)
                if layer.use_bias:
                    x = x + next(weights).value
            x = activation(layer.activation)(x)
        return x


def activation(name: str) -> Callable[[Any], Any]:
    """Keras' activation of a name in live.json."""
    from modelpress.recording.replay import keras_activation

    found: Callable[[Any], Any] = keras.activations.get(keras_activation(name))
    return found


def _orders(spec: LiveRun, seed: int, steps: int) -> npt.NDArray[np.int32]:
    batches = Batches(spec.rows, spec.batch_size, seed, spec.shuffle)
    return np.concatenate(list(batches.first(steps)))


def _batch_sizes(spec: LiveRun, steps: int) -> list[int]:
    batches = Batches(spec.rows, spec.batch_size, 0, False)
    return [len(rows) for rows in batches.first(steps)]


def _flat(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return rows.reshape(len(rows), -1)
