"""One number."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from modelpress.core.number_format import THIN, significant
from modelpress.kinds.registry import Context
from modelpress.outputs import Output, Values

if TYPE_CHECKING:
    from typing_extensions import Self


class Number(Output):
    """One number, shape (1,).

    label: the number's name. unit: written after it. digits: significant digits shown, 1 to 9.
    """

    kind: ClassVar[str] = "number"

    def __init__(self, label: str = "Prediction", unit: str = "", digits: int = 3) -> None:
        if not 1 <= digits <= 9:
            raise ValueError(f"Number shows 1 to 9 digits, float32 has no more; found {digits}.")
        self.label, self.unit, self.digits = label, unit, digits

    @classmethod
    def fitting(cls, shape: tuple[int, ...]) -> Output | None:
        return cls() if shape == (1,) else None

    @property
    def shape(self) -> tuple[int, ...]:
        return (1,)

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [1],
            "label": self.label,
            "unit": self.unit,
            "digits": self.digits,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(label=spec["label"], unit=spec["unit"], digits=spec["digits"])

    def picture(self, values: Values, context: Context) -> str:
        return (
            '<p class="mp-number mp-number-out">'
            f'<span class="mp-number-label">{escape(self.label)}</span> '
            f'<span class="mp-number-value" data-part="number">{self._shown(values)}</span>'
            f'<span class="mp-unit">{escape(self._unit())}</span></p>'
        )

    def level(self, values: Values) -> float | None:
        return float(values[0])

    def describe(self, values: Values) -> str:
        return self._shown(values) + self._unit()

    def _shown(self, values: Values) -> str:
        return significant(float(values[0]), self.digits)

    def _unit(self) -> str:
        return f"{THIN}{self.unit}" if self.unit else ""
