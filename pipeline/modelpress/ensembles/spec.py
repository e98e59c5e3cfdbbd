"""`Job`: a training that is repeated with many random seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

VALIDATION = "val_"

State = list[npt.NDArray[Any]]  # the variables of a network, in Keras' order
SeedState = tuple[int, State]  # a seed and its initial variables


@dataclass(frozen=True)
class Job:
    """A training without its seed.

    build            function returning the uncompiled network with new initial weights
    without_dropout  whether Dropout is disabled, as in the browser
    compiling        keywords of `keras.Model.compile`
    x, y             training set
    validation       inputs and targets of the validation set, or None
    shuffle          whether each epoch has its own order of the examples
    measure          name of a figure of `keras.Model.evaluate`; with the prefix `val_` it is
                     measured on the validation set
    """

    build: Callable[[], Any]
    without_dropout: bool
    compiling: Mapping[str, Any]
    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    validation: tuple[npt.NDArray[Any], npt.NDArray[Any]] | None
    epochs: int
    batch_size: int
    shuffle: bool
    measure: str

    @property
    def steps(self) -> int:
        """Number of optimizer steps of one training."""
        return self.epochs * -(-len(self.x) // self.batch_size)
