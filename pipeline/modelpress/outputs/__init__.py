"""Output kinds: a model's prediction as HTML and as a sentence.

Each kind is one file beside this one (found by location). A file of the same name in
`site_assets/src/outputs/` makes the kind's HTML interactive. This package uses numpy only, never
TensorFlow.
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

# What to do about a prediction that is too long for a page.
FEWER = (
    "Every prediction of the golden cases is published, so publish the outputs that the page is "
    "about: with a `file`, build=lambda net: keras.Model(net.inputs, "
    "keras.ops.take(net.outputs[0], [0, 1, 2], axis=-1)), whose list has their places."
)


class Output(ABC):
    """The output of a model.

    fit_rank: `fitting` tries kinds of a lower rank first.
    kind: the file's name. options: fence options of this kind and the allowed values of each.
    default_tolerance: largest absolute difference from Python that counts as equal if a model names
    none and the exact engine does not cover it; None for one by the size of the predictions.
    verb: joins the input and the prediction in the text: "3 gives −3".
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
        """The shape of one prediction, without the batch axis."""

    @abstractmethod
    def spec(self) -> dict[str, Any]:
        """Returns the JSON description: `kind`, `shape` and the kind's own fields.

        `from_spec` is its inverse.
        """

    @classmethod
    @abstractmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        """Returns the kind that `spec()` described."""

    @abstractmethod
    def picture(self, values: Values, context: Context) -> str:
        """Returns the HTML of the prediction, complete without scripts."""

    @classmethod
    def fitting(cls, shape: tuple[int, ...]) -> Output | None:
        """Returns this kind for a network with the output `shape`, or None if it doesn't fit.

        It is used if the author names no kind.
        """
        return None

    def sweep(self, input: Input) -> npt.NDArray[np.float32] | None:
        """Returns further inputs whose predictions the picture shows (`Context.sweep`), or None.

        Shape: (n, *input.shape). The spec then has their number as `sweep`; the browser predicts
        them in one batch.
        """
        return None

    def paint(self, values: Values) -> str | None:
        """Returns a colour for the prediction in CSS, or None."""
        return None

    def level(self, values: Values) -> float | None:
        """Returns the prediction as one number if it is one, else None."""
        return None

    @abstractmethod
    def describe(self, values: Values) -> str:
        """Returns the prediction in words, as the end of the text alternative of the picture."""

    def check(self, model_output_shape: Sequence[int | None]) -> None:
        """Raises ValueError unless a model with this output shape, without the batch axis, fits."""
        found = tuple(model_output_shape)
        if found != self.shape:
            raise ValueError(f"the model's output shape is {found}; {self.expected()}.")

    def check_input(self, input: Input) -> None:
        """Raises ValueError, with the end of a sentence, unless the picture can show predictions
        for this kind of input."""
        return

    def expected(self) -> str:
        """Returns the expected shape and its reason, as the end of a sentence."""
        return f"the output kind {self.kind!r} expects {self.shape}"


def from_spec(spec: Mapping[str, Any]) -> Output:
    """Returns the kind of a manifest's `output`. Raises ValueError for an unknown kind."""
    kind: type[Output] = kind_class(sys.modules[__name__], Output, str(spec.get("kind")))
    return kind.from_spec(spec)


def __getattr__(name: str) -> Any:
    """Finds the class in the kinds' files, for `from modelpress.outputs import Classes`."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return class_named(sys.modules[__name__], Output, name)
