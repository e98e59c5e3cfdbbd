"""A colour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from modelpress.core.number_format import significant
from modelpress.inputs.color import ink_on
from modelpress.kinds.registry import Context
from modelpress.outputs import Output, Values

if TYPE_CHECKING:
    from typing_extensions import Self

_CHANNELS = ("red", "green", "blue")


class Swatch(Output):
    """Red, green and blue, shape (3,), each 0 to `max`, drawn as a colour.

    A prediction outside this range is drawn as 0 or `max`, and the text says so.
    """

    kind: ClassVar[str] = "swatch"

    def __init__(self, max: float = 255) -> None:
        if not 0 < max < math.inf:
            raise ValueError(f"Swatch needs a max above 0, such as 255 or 1; found {max}.")
        self.max = float(max)

    @property
    def shape(self) -> tuple[int, ...]:
        return (3,)

    def spec(self) -> dict[str, Any]:
        return {"kind": self.kind, "shape": [3], "max": self.max}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(spec["max"])

    def picture(self, values: Values, context: Context) -> str:
        color = self.paint(values)
        return (
            f'<div class="mp-answer-swatch" data-part="answer" '
            f'style="background:{color};color:{ink_on(self._bytes(values))}">'
            f'<span data-part="answer-text">{color}</span></div>'
        )

    def paint(self, values: Values) -> str:
        return "#" + "".join(f"{channel:02x}" for channel in self._bytes(values))

    def describe(self, values: Values) -> str:
        clipped = [
            f"{name} {significant(float(value))} is drawn as {significant(bound)}"
            for name, value in zip(_CHANNELS, values, strict=True)
            for bound in [min(max(float(value), 0.0), self.max)]
            if _byte(float(value), self.max) not in range(256)
        ]
        return self.paint(values) + (f" ({', '.join(clipped)})" if clipped else "")

    def _bytes(self, values: Values) -> list[int]:
        return [min(max(_byte(float(value), self.max), 0), 255) for value in values]


def _byte(value: float, largest: float) -> int:
    """Returns a whole number on the scale to 255; halves round up, as Math.round does."""
    return math.floor(value / largest * 255 + 0.5)
