"""Input kinds: what a reader gives a model, as text, as float32 values and as HTML.

Each kind is one file beside this one (found by location) with a twin of the same name in
`site_assets/src/inputs/`, which brings the kind's HTML to life. numpy only: no TensorFlow here.
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

# Of as many values each can have a control of its own.
MOST_CONTROLS = 64


class Input(ABC):
    """What a model is given.

    kind: the file's name. options: fence options of this kind and the words each allows.
    line, plane: whether it is one number of a range, or a point of a plane, whose edges the spec
    holds (`min` and `max`; `x` and `y`).
    fit_rank: kinds of a lower rank are the first to be asked by `fitting`.
    """

    kind: ClassVar[str]
    line: ClassVar[bool] = False
    plane: ClassVar[bool] = False
    fit_rank: ClassVar[int] = 0
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Shape of one input, without the batch."""

    @property
    @abstractmethod
    def default(self) -> str:
        """Text of the input a figure starts with when the page names none."""

    @abstractmethod
    def spec(self) -> dict[str, Any]:
        """JSON: `kind`, `shape`, `min`, `max` and the kind's own; `from_spec` undoes it."""

    @classmethod
    @abstractmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        """The kind that `spec()` described."""

    @abstractmethod
    def parse(self, text: str) -> npt.NDArray[np.float32]:
        """Values of `shape` for a text; ValueError with a sentence for a reader if it is wrong."""

    @abstractmethod
    def format(self, values: Values) -> str:
        """Canonical text of values; `parse` undoes it."""

    @classmethod
    def fitting(
        cls, shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]
    ) -> Input | None:
        """The kind for a network that takes `shape`, where the author names none; None where it
        doesn't fit.

        low, high: smallest and largest value in the training data, one a value or one for all.
        ValueError, with the end of a sentence, where only a change of the network makes it fit.
        """
        return None

    def canonical(self, text: str) -> str:
        """The one text for what `text` says: what a figure starts from, what its answer is known
        by. More than the values where a text says more, as the strokes of a drawing do.

        ValueError with a sentence for a reader if it is wrong.
        """
        return self.format(self.parse(text))

    @abstractmethod
    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        """At least 64 inputs to prove a model on, each with its group: zero, maximum, corner, edge,
        ordinary or random (from `rng` alone)."""

    @abstractmethod
    def picture(self, values: Values, context: Context) -> str:
        """HTML of the input's own picture in the figure; empty when the controls say it all."""

    @abstractmethod
    def controls(self, values: Values, context: Context) -> str:
        """HTML of the labelled controls, showing `values`."""

    @abstractmethod
    def position(self, values: Values) -> tuple[float, float | None]:
        """Where an input lies in a picture of all inputs: x and y from 0 to 1, y upwards; None for
        y when one axis says it all."""

    def paint(self, values: Values) -> str | None:
        """The input's own colour as CSS writes it, where it has one."""
        return None

    @abstractmethod
    def describe(self, values: Values) -> str:
        """The input in words, as the start of a sentence."""


def from_spec(spec: Mapping[str, Any]) -> Input:
    """The input kind a manifest's `input` describes. ValueError for an unknown kind."""
    kind: type[Input] = kind_class(sys.modules[__name__], Input, str(spec.get("kind")))
    return kind.from_spec(spec)


def hundredth(low: float, high: float) -> float:
    """A hundredth of a range, rounded down to a power of ten: what an arrow key changes."""
    return float(10.0 ** math.floor(math.log10((high - low) / 100) + 1e-9))


def rounded_range(low: float, high: float) -> tuple[float, float]:
    """A range a control can have, its ends rounded outwards to a hundredth of it or finer; a value
    that never varied in training gets one around it."""
    if low == high:
        return low - 1, high + 1
    step = hundredth(low, high)
    ends = math.floor(low / step) * step, math.ceil(high / step) * step
    return float(f"{ends[0]:.12g}"), float(f"{ends[1]:.12g}")


def __getattr__(name: str) -> Any:
    """`from modelpress.inputs import Color`: the class is looked for in the kinds' own files."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return class_named(sys.modules[__name__], Input, name)
