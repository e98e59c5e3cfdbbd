"""Output kinds: what a model answers, as HTML and as a sentence.

Each kind is one file beside this one (found by location) with a twin of the same name in
`site_assets/src/outputs/`, which brings the kind's HTML to life. numpy only: no TensorFlow here.
"""

# key: kind

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.kinds.registry import Context, class_named, kind_class

if TYPE_CHECKING:
    from typing_extensions import Self

    from modelpress.inputs import Input

Values = Sequence[float] | npt.NDArray[np.float32]


class Output(ABC):
    """What a model answers.

    fit_rank: kinds of a lower rank are the first to be asked by `fitting`.
    kind: the file's name. options: fence options of this kind and the words each allows.
    default_tolerance: largest absolute difference from Python that counts as equal when a model
    names none; None when only the author can know it.
    verb: joins the input's words and the answer's in the reading: "3 gives −3".
    plane: whether the picture is a plane in which an input of two numbers is set: a part `plane`.
    """

    kind: ClassVar[str]
    verb: ClassVar[str] = "gives"
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    default_tolerance: ClassVar[float | None] = None
    plane: ClassVar[bool] = False
    fit_rank: ClassVar[int] = 0

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Shape of one answer, without the batch."""

    @abstractmethod
    def spec(self) -> dict[str, Any]:
        """JSON description: `kind`, `shape` and the kind's own; `from_spec` undoes it."""

    @classmethod
    @abstractmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        """The kind that `spec()` described."""

    @abstractmethod
    def picture(self, values: Values, context: Context) -> str:
        """HTML of the answer, complete without scripts."""

    @classmethod
    def fitting(cls, shape: tuple[int, ...]) -> Output | None:
        """The kind for a network that gives `shape`, where the author names none; None where it
        doesn't fit."""
        return None

    def sweep(self, input: Input) -> npt.NDArray[np.float32] | None:
        """Further inputs whose answers the picture shows (`Context.sweep`), (n, *input.shape); None
        where it shows none. Where it does, the spec says how many, as `sweep`; the browser asks for
        them in one batch."""
        return None

    def paint(self, values: Values) -> str | None:
        """A colour that stands for the answer, as CSS writes it, where it has one."""
        return None

    def level(self, values: Values) -> float | None:
        """The answer as one number, where it is one."""
        return None

    @abstractmethod
    def describe(self, values: Values) -> str:
        """The answer in words, as the end of the reading: the picture's text twin."""

    def check(self, model_output_shape: Sequence[int | None]) -> None:
        """Raise ValueError unless a model with this output shape, without the batch, fits."""
        found = tuple(model_output_shape)
        if found != self.shape:
            raise ValueError(f"the model's output shape is {found}; {self.expected()}.")

    def check_input(self, input: Input) -> None:
        """Raise ValueError, with the end of a sentence, unless the picture can show the answers to
        this kind of input."""
        return

    def expected(self) -> str:
        """What shape the kind expects, and why, as the end of a sentence."""
        return f"the output kind {self.kind!r} expects {self.shape}"


def from_spec(spec: Mapping[str, Any]) -> Output:
    """The output kind a manifest's `output` describes. ValueError for an unknown kind."""
    kind: type[Output] = kind_class(sys.modules[__name__], Output, str(spec.get("kind")))
    return kind.from_spec(spec)


def __getattr__(name: str) -> Any:
    """`from modelpress.outputs import Classes`: the class is looked for in the kinds' own files."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return class_named(sys.modules[__name__], Output, name)
