"""Trains one live run with many random seeds at once, with stacked weights.

The computation is Keras': its activations, losses and optimizers work elementwise on weights with
one more leading axis. A step for twenty small networks takes hardly longer than one for a single
network, because most of its time passes between operations. Sums may round differently than in a
single training.
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
    """Trains the author's recorded run with other random seeds.

    A seed determines initial weights and order of the examples. build: builds the network.
    Returns the weights of each seed after the last recorded step, in Keras' order and shapes, and
    the loss of the last batch, float32 (seeds,). Both contain NaN where a training diverges.
    """
    spec = files.spec
    recording = spec.recordings[spec.author]
    steps = recording.steps
    orders = np.stack([_orders(spec, seed, steps) for seed in seeds])
    stack = _Stack(spec, initial_weights(seeds, build), optimizer_from(recording.optimizer))
    x, y = (tf.constant(_flat(files.examples(name))) for name in ("x", "y"))
    sizes = _batch_sizes(spec, steps)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    rates = np.array(files.rates(recording, steps), np.float32)
    losses = stack.train(x, y, tf.constant(orders), tf.constant(starts), tf.constant(rates))
    return stack.weights(), losses.numpy()


def initial_weights(seeds: Sequence[int], build: Callable[[], Any]) -> list[Weights]:
    """Returns the weights of `build` after `keras.utils.set_random_seed(seed)`, for each seed.

    Building a network takes a hundred times longer than initialising its weights. So new
    initializers generate them, in the order of the layers. If that differs from the result of
    `build`, `build` runs for each seed.
    """
    if not len(seeds):
        return []

    def built(seed: int) -> Any:
        keras.utils.set_random_seed(seed)
        return build()

    net = built(seeds[0])
    built_weights = net.get_weights()
    generated = [_generated(net, seed) for seed in seeds]
    if all(np.array_equal(a, b) for a, b in zip(built_weights, generated[0], strict=True)):
        return generated
    return [built_weights, *(built(seed).get_weights() for seed in seeds[1:])]


def _generated(net: Any, seed: int) -> Weights:
    """Returns the weights of the Dense layers, from initializers created after seeding."""
    keras.utils.set_random_seed(seed)
    weights = []
    for layer in net.layers:
        if not isinstance(layer, keras.layers.Dense):
            continue
        initializers = [layer.kernel_initializer, layer.bias_initializer]
        # Keras seeds an initializer when it is created: both of a layer before any weight.
        initializers = [type(each).from_config(each.get_config()) for each in initializers]
        for initializer, variable in zip(initializers, layer.weights, strict=False):
            weights.append(np.asarray(initializer(variable.shape, "float32"), np.float32))
    return weights


class _Stack:
    """Networks with equal layers. spec: the live run."""

    def __init__(self, spec: LiveRun, initial: list[Weights], optimizer: Any) -> None:
        self._layers = [layer for layer in spec.layers if not isinstance(layer, FlattenLayer)]
        self._shapes = [weights.shape for weights in initial[0]]
        stacked = [np.stack(each) for each in zip(*initial, strict=True)]
        # A bias broadcasts over examples: (seeds, 1, units).
        self._variables = [keras.Variable(v if v.ndim > 2 else v[:, np.newaxis]) for v in stacked]
        self._loss = keras.losses.get(spec.loss)
        self._optimizer = optimizer
        optimizer.build(self._variables)
        self.train = tf.function(self._train, autograph=False)

    def weights(self) -> list[Weights]:
        """Returns the current weights of each network."""
        values = [np.asarray(variable, np.float32) for variable in self._variables]
        return [
            [v[i].reshape(shape) for v, shape in zip(values, self._shapes, strict=True)]
            for i in range(len(values[0]))
        ]

    def _train(self, x: Any, y: Any, orders: Any, starts: Any, rates: Any) -> Any:
        """Runs all steps and returns the losses of the last batches.

        The batch of step n is `orders[:, starts[n] : starts[n + 1]]`.
        """

        def step(number: Any, _: Any) -> Any:
            batch = orders[:, starts[number] : starts[number + 1]]
            losses = self._step(tf.gather(x, batch), tf.gather(y, batch), rates[number])
            return number + 1, losses

        nothing = tf.zeros(orders.shape[0])
        count = rates.shape[0]
        return tf.while_loop(
            lambda number, _: number < count, step, [0, nothing], parallel_iterations=1
        )[1]

    def _step(self, x: Any, y: Any, rate: Any) -> Any:
        values = [variable.value for variable in self._variables]
        with tf.GradientTape() as tape:
            # Each loss is a mean over its batch; the gradient of their sum keeps networks apart.
            losses = tf.reduce_mean(self._loss(y, self._predictions(x)), axis=-1)
            total = tf.reduce_sum(losses)
        self._optimizer.learning_rate.assign(rate)
        self._optimizer.apply(tape.gradient(total, values), self._variables)
        return losses

    def _predictions(self, x: Any) -> Any:
        """Returns the predictions of each network for its own inputs, (seeds, examples, values)."""
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
    """Returns the Keras activation for a name in live.json."""
    from modelpress.recording.replay import keras_activation

    found: Callable[[Any], Any] = keras.activations.get(keras_activation(name))
    return found


def _orders(spec: LiveRun, seed: int, steps: int) -> npt.NDArray[np.int32]:
    batches = Batches(spec.rows, spec.batch_size, seed, spec.shuffle)
    return np.concatenate(list(batches.first(steps)))


def _batch_sizes(spec: LiveRun, steps: int) -> list[int]:
    batches = Batches(spec.rows, spec.batch_size, 0, False)
    return [len(batch) for batch in batches.first(steps)]


def _flat(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return x.reshape(len(x), -1)
