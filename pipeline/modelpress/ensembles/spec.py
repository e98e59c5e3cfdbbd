"""A training that is repeated from many seeds: what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

VALIDATION = "val_"

State = list[npt.NDArray[Any]]  # the variables of a network, in Keras' order
Start = tuple[int, State]  # a seed and what its training begins with


@dataclass(frozen=True)
class Job:
    """A training, but for its seed.

    build      function returning the uncompiled network; it draws the first weights
    silent     whether Dropout is switched off, as it is in the browser
    compiling  keywords of `keras.Model.compile`
    x, y       training rows; validation: inputs and targets, or None
    shuffle    whether each epoch has an order of its own
    measure    name of a figure of `keras.Model.evaluate`, `val_` before it for validation rows
    """

    build: Callable[[], Any]
    silent: bool
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
        """Optimizer steps of one training."""
        return self.epochs * -(-len(self.x) // self.batch_size)
