"""Input kinds: a model's input as text, as float32 values and as HTML.

Each kind is one file beside this one (found by location). A file of the same name in
`site_assets/src/inputs/` makes the kind's HTML interactive. This package uses numpy only, never
TensorFlow.
"""

# key: kind

from __future__ import annotations

import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.kinds.registry import Context, class_named, kind_class

if TYPE_CHECKING:
    from typing_extensions import Self

Values = Sequence[float] | npt.NDArray[np.float32]

# Up to this many values have a control each.
MOST_CONTROLS = 64


class Input(ABC):
    """The input of a model.

    kind: the file's name. options: fence options of this kind and the allowed values of each.
    line, plane: whether it is one number of a range, or a point of a plane, whose bounds are in the
    spec (`min` and `max`; `x` and `y`).
    fit_rank: `fitting` tries kinds of a lower rank first.
    """

    kind: ClassVar[str]
    line: ClassVar[bool] = False
    plane: ClassVar[bool] = False
    fit_rank: ClassVar[int] = 0
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """The shape of one input, without the batch axis."""

    @property
    @abstractmethod
    def default(self) -> str:
        """The text of a figure's initial input if the page gives none."""

    @abstractmethod
    def spec(self) -> dict[str, Any]:
        """Returns the JSON description: `kind`, `shape`, `min`, `max` and the kind's own fields.

        `from_spec` is its inverse.
        """

    @classmethod
    @abstractmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        """Returns the kind that `spec()` described."""

    @abstractmethod
    def parse(self, text: str) -> npt.NDArray[np.float32]:
        """Returns the values of a text, of `shape`.

        Raises ValueError with a message for readers.
        """

    @abstractmethod
    def format(self, values: Values) -> str:
        """Returns the canonical text of values; `parse` is its inverse."""

    @classmethod
    def fitting(
        cls, shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]
    ) -> Input | None:
        """Returns this kind for a network with the input `shape`, or None if it doesn't fit.

        It is used if the author names no kind. low, high: smallest and largest value in the
        training data, one per value or one for all. Raises ValueError, with the end of a sentence,
        if only a change of the network makes it fit.
        """
        return None

    def canonical(self, text: str) -> str:
        """Returns the canonical form of `text`, which identifies an input and its prediction.

        It keeps what goes beyond the values, such as the strokes of a drawing. Raises ValueError
        with a message for readers.
        """
        return self.format(self.parse(text))

    @abstractmethod
    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        """Returns at least 64 inputs to prove a model on, each with its group.

        The groups are zero, maximum, corner, edge, ordinary and random (from `rng` alone).
        """

    @abstractmethod
    def picture(self, values: Values, context: Context) -> str:
        """Returns the HTML of the input's picture; empty if the controls show everything."""

    @abstractmethod
    def controls(self, values: Values, context: Context) -> str:
        """Returns the HTML of the labelled controls, showing `values`."""

    @abstractmethod
    def position(self, values: Values) -> tuple[float, float | None]:
        """Returns an input's place in a picture of all inputs: x and y from 0 to 1, y upwards.

        y is None if one axis is enough.
        """

    def paint(self, values: Values) -> str | None:
        """Returns the input's own colour in CSS, or None."""
        return None

    @abstractmethod
    def describe(self, values: Values) -> str:
        """Returns the input in words, as the start of a sentence."""


def from_spec(spec: Mapping[str, Any]) -> Input:
    """Returns the kind of a manifest's `input`. Raises ValueError for an unknown kind."""
    kind: type[Input] = kind_class(sys.modules[__name__], Input, str(spec.get("kind")))
    return kind.from_spec(spec)


def hundredth(low: float, high: float) -> float:
    """Returns a hundredth of a range, rounded down to a power of ten: the step of an arrow key."""
    return float(10.0 ** math.floor(math.log10((high - low) / 100) + 1e-9))


def rounded_range(low: float, high: float) -> tuple[float, float]:
    """Returns a control's range, its ends rounded outwards to a hundredth of it or finer.

    A value that is constant in training gets a range around it.
    """
    if low == high:
        return low - 1, high + 1
    step = hundredth(low, high)
    ends = math.floor(low / step) * step, math.ceil(high / step) * step
    return float(f"{ends[0]:.12g}"), float(f"{ends[1]:.12g}")


def __getattr__(name: str) -> Any:
    """Finds the class in the kinds' files, for `from modelpress.inputs import Color`."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return class_named(sys.modules[__name__], Input, name)
