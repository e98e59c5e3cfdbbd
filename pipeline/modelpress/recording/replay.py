"""Replays a live run in Python with Keras' `train_on_batch`, from the published files.

Reads live.json and live.bin, as the browser does; the model file is not used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.schema.document import read
from modelpress.schema.live import (
    ActivationLayer,
    DenseLayer,
    FlattenLayer,
    LiveRun,
    Recording,
    RescaleLayer,
    Rows,
)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Replay:
    """The state of the author's live run after some steps.

    losses   of each step's batch, before the step; float32 (steps,)
    weights  by name, such as "hidden/kernel", in Keras' order; float32, each in its own shape
    """

    losses: Floats
    weights: dict[str, Floats]


class LiveFiles:
    """live.json and live.bin of a model. spec: the content of live.json."""

    def __init__(self, json_file: Path, bin_file: Path) -> None:
        self.spec = read(LiveRun, json.loads(json_file.read_bytes()), json_file.name)
        self._bytes = bin_file.read_bytes()

    def floats(self, offset: int, count: int) -> Floats:
        """Returns `count` float32 values from byte `offset`."""
        return np.frombuffer(self._bytes, "<f4", count, offset).astype(np.float32)

    def examples(self, name: str) -> Floats:
        """Returns x, y, validation_x, validation_y, probe_x or probe_y, float32, in its shape.

        Raises KeyError if the model has no such part.
        """
        block: Rows | None = getattr(self.spec.data, name)
        if block is None:
            raise KeyError(name)
        dtype, shape = np.dtype(block.dtype).newbyteorder("<"), block.shape
        values = np.frombuffer(self._bytes, dtype, int(np.prod(shape)), block.offset)
        divisor = np.float32(1 if block.divisor is None else block.divisor)
        return (values.astype(np.float32) / divisor).reshape(shape)

    def initial_weights(self) -> list[Floats]:
        """Returns the initial weights, in Keras' order."""
        shapes = [weight.shape for weight in self.spec.weights]
        sizes = [int(np.prod(shape)) for shape in shapes]
        flat = self.floats(self.spec.first.offset, sum(sizes))
        parts = np.split(flat, np.cumsum(sizes)[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]

    def rates(self, recording: Recording, steps: int) -> list[float]:
        """Returns the learning rate of each of the first `steps` steps."""
        block = recording.rates
        if block is None:
            return [recording.optimizer.learning_rate] * steps
        known = self.floats(block.offset, block.count).tolist()
        return [known[min(step, len(known) - 1)] for step in range(steps)]


def replay(files: LiveFiles, steps: int | None = None, recording: int | None = None) -> Replay:
    """Trains for `steps` steps; None: as many as were recorded.

    recording: index of the recording; None: the author's. Raises ModelpressError for `steps` < 1.
    """
    from modelpress.recording.record_runs import Batches
    from modelpress.recording.record_settings import optimizer_from

    spec = files.spec
    chosen = spec.recordings[spec.author if recording is None else recording]
    steps = chosen.steps if steps is None else steps
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ModelpressError(
            "A replay needs its number of steps.",
            found=repr(steps),
            expected="a whole number from 1, or None for as many as were recorded",
        )
    net = network_from(spec)
    net.compile(optimizer_from(chosen.optimizer), spec.loss, jit_compile=False)
    net.set_weights(files.initial_weights())
    x, y = files.examples("x"), files.examples("y")
    batches = Batches(spec.rows, spec.batch_size, spec.seed, spec.shuffle)
    losses, rates = np.zeros(steps, np.float32), files.rates(chosen, steps)
    for step, batch in enumerate(batches.first(steps)):
        net.optimizer.learning_rate = rates[step]
        losses[step] = net.train_on_batch(x[batch], y[batch], return_dict=True)["loss"]
    names = [weight.name for weight in spec.weights]
    return Replay(losses, dict(zip(names, net.get_weights(), strict=True)))


def network_from(spec: LiveRun) -> Any:
    """Returns the uncompiled Keras model described by `spec`."""
    import keras

    net = keras.Sequential([keras.Input(tuple(spec.input_shape))])
    for layer in spec.layers:
        match layer:
            case RescaleLayer():
                net.add(keras.layers.Rescaling(layer.scale, layer.offset))
            case FlattenLayer():
                net.add(keras.layers.Flatten())
            case ActivationLayer():
                net.add(keras.layers.Activation(keras_activation(layer.activation)))
            case DenseLayer():
                dense = keras.layers.Dense(
                    layer.units,
                    activation=keras_activation(layer.activation),
                    use_bias=layer.use_bias,
                    name=layer.name,
                )
                net.add(dense)
    return net


def keras_activation(name: str) -> Any:
    """Returns the argument of `keras.activations.get` for an activation in live.json."""
    import keras

    if name == "shares":
        return lambda scores: scores / keras.ops.sum(scores, axis=-1, keepdims=True)
    return keras.ops.sin if name == "sine" else name
