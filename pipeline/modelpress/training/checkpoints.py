"""Keep: the weights that a network had at some epochs of its training, the first ones included.

Copies only: what is trained is the same to the bit, whether anything is kept or not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.training.weights import flattened

MOST = 24  # snapshots of one training
MOST_OF_MANY = 10  # of a network with more than so many weights, which are quantised anyway
MANY_WEIGHTS = 50_000

Weights = list[npt.NDArray[Any]]


def spaced(last: int, most: int) -> list[int]:
    """At most `most` numbers from 0 to `last`, both among them: 0, then each about as many times
    the one before. Near the start they lie close: most is learnt there."""
    if most < 3 or last < 2:
        return sorted({0, last})
    numbers = np.geomspace(1, last, most - 1).round().astype(int)
    return sorted({0, *numbers.tolist(), last})


class Keeper:
    """The snapshots of one training, by epoch (or step, where the author trains)."""

    def __init__(self) -> None:
        self._kept: dict[int, Weights] = {}
        self._wanted: set[int] | None = None

    def expect(self, last: int, parameters: int) -> None:
        """Says how long the training is, before anything is kept. parameters: all weights."""
        most = MOST if parameters <= MANY_WEIGHTS else MOST_OF_MANY
        self._wanted = set(spaced(last, most))

    def keep(self, number: int, net: Any) -> None:
        """Copies the weights of `net`, where they are wanted after epoch `number`."""
        if self._wanted is not None and number in self._wanted:
            self._kept[number] = [np.array(values) for values in net.get_weights()]

    def first(self) -> Weights | None:
        """The weights before the first epoch."""
        return self._kept.get(0)

    def save(self, path: Path, net: Any) -> None:
        """Writes the snapshots of `net` in npz: `epochs` (n,) and `weights` (n, all weights laid
        flat in Keras' order), float32. Those of another network than the one that came out in the
        end, or with other values than float32 ones, or with none, are left out."""
        shapes = [values.shape for values in net.get_weights()]
        plain = bool(shapes) and all(values.dtype == np.float32 for values in net.get_weights())
        epochs = [
            number
            for number, weights in sorted(self._kept.items())
            if plain and [values.shape for values in weights] == shapes
        ]
        flat = [flattened(self._kept[number]) for number in epochs]
        size = sum(int(np.prod(shape)) for shape in shapes)
        rows = np.stack(flat) if flat else np.zeros((0, size), np.float32)
        np.savez(path, epochs=np.array(epochs, np.int64), weights=rows)


class KeepAtEpochs(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps at the ends of epochs, and once before the first."""

    def __init__(self, keeper: Keeper, epochs: int) -> None:
        super().__init__()
        self._keeper = keeper
        self._epochs = epochs

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._keeper.expect(self._epochs, self.model.count_params())
        self._keeper.keep(0, self.model)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._keeper.keep(epoch + 1, self.model)


class StepKeeper:
    """Keeps where an author's own training says that a step is done."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._steps: int | None = None

    def keep(self, net: Any, step: int, steps: int) -> None:
        """Keeps after `step` of `steps`, 0 for the first weights. Raises ModelpressError where
        there is no such step or no network."""
        if not 0 <= step <= steps or not hasattr(net, "get_weights"):
            raise ModelpressError(
                "These weights can't be kept.",
                where="run.keep(step, steps)",
                found=f"step {step!r} of {steps!r} of {type(net).__name__}",
                expected="a step from 0 to `steps`, of the network that `build` made",
            )
        if self._steps != steps:
            self._steps = steps
            self._keeper.expect(steps, net.count_params())
        self._keeper.keep(step, net)
