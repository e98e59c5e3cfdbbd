"""One number in a range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import MINUS, THIN, shortest
from modelpress.inputs import Input, Values, hundredth, rounded_range
from modelpress.kinds.registry import Context, attributes

if TYPE_CHECKING:
    from typing_extensions import Self


class Number(Input):
    """One number, shape (1,), float32, `min` to `max` inclusive.

    step: change per arrow key; default: a hundredth of the range, rounded down to a power of ten.
    label: the control's name. unit: written after the number. default: the initial number of a
    figure; zero if the range contains it, else `min`.
    """

    kind: ClassVar[str] = "number"
    line: ClassVar[bool] = True

    def __init__(
        self,
        min: float,
        max: float,
        step: float | None = None,
        *,
        label: str = "Number",
        unit: str = "",
        default: float | None = None,
    ) -> None:
        if not (math.isfinite(min) and math.isfinite(max) and min < max):
            raise ValueError(f"Number needs finite min < max; found min={min}, max={max}.")
        if step is None:
            step = hundredth(min, max)
        if not (math.isfinite(step) and 0 < step <= max - min):
            raise ValueError(f"Number's step must lie above 0 and within the range; found {step}.")
        if default is None:
            default = 0.0 if min <= 0 <= max else min
        self.min, self.max, self.step = float(min), float(max), float(step)
        self.label, self.unit = label, unit
        self._default = self.format(self.parse(str(default)))

    @classmethod
    def fitting(
        cls, shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]
    ) -> Input | None:
        return cls(*rounded_range(low[0], high[0])) if shape == (1,) else None

    @property
    def shape(self) -> tuple[int, ...]:
        return (1,)

    @property
    def default(self) -> str:
        return self._default

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [1],
            "min": self.min,
            "max": self.max,
            "step": self.step,
            "label": self.label,
            "unit": self.unit,
            "default": self._default,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(
            spec["min"],
            spec["max"],
            spec["step"],
            label=spec["label"],
            unit=spec["unit"],
            default=float(spec["default"]),
        )

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        try:
            value = float(text.strip().replace(MINUS, "-"))
        except ValueError:
            value = math.nan
        if not self.min <= value <= self.max:  # also false for NaN
            raise ValueError(
                f"{text.strip()!r} is not a number from {shortest(self.min)} to "
                f"{shortest(self.max)}."
            )
        return np.array([value], np.float32)

    def format(self, values: Values) -> str:
        return shortest(float(values[0]))

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        span = self.max - self.min
        cases = [("zero", 0.0), ("maximum", self.max), ("corner", self.min)]
        cases += [("edge", self.min + self.step), ("edge", self.max - self.step)]
        cases += [("edge", float(np.nextafter(np.float32(self.min), np.float32(self.max))))]
        cases += [("edge", float(np.nextafter(np.float32(self.max), np.float32(self.min))))]
        cases += [("ordinary", self.min + span * i / 26) for i in range(1, 26)]
        cases += [("random", float(value)) for value in rng.uniform(self.min, self.max, 40)]
        return [(group, np.array([value], np.float32)) for group, value in cases]

    def picture(self, values: Values, context: Context) -> str:
        shown = self.format(values).replace("-", MINUS)
        return (
            '<p class="mp-number mp-number-in">'
            f'<span class="mp-number-label">{escape(self.label)}</span> '
            f'<span class="mp-number-value" data-part="input-number">{shown}</span>'
            f'<span class="mp-unit">{escape(self._unit())}</span></p>'
        )

    def controls(self, values: Values, context: Context) -> str:
        range_id, error = f"{context.id}-n", f"{context.id}-n-error"
        shared = {
            "min": shortest(self.min),
            "max": shortest(self.max),
            "value": self.format(values),
            "autocomplete": "off",
        }
        slider = attributes(id=range_id, data_part="range", step=shortest(self.step), **shared)
        typed = attributes(
            data_part="value",
            step="any",
            aria_label=f"{self.label}, typed value",
            aria_describedby=error,
            **shared,
        )
        return (
            '<div class="mp-sliders"><div class="mp-slider">'
            f'<label for="{range_id}">{escape(self.label)}</label><input type="range"{slider}>'
            f'<span class="mp-typed"><input type="number" inputmode="decimal"{typed}>'
            f'<span class="mp-unit">{escape(self._unit())}</span></span></div>'
            f'<p class="mp-field-error" id="{error}" data-part="value-error" role="status"></p>'
            "</div>"
        )

    def position(self, values: Values) -> tuple[float, float | None]:
        return (float(values[0]) - self.min) / (self.max - self.min), None

    def describe(self, values: Values) -> str:
        return self.format(values).replace("-", MINUS) + self._unit()

    def _unit(self) -> str:
        return f"{THIN}{self.unit}" if self.unit else ""
