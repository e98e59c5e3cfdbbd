"""Several numbers, each in its own range."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import MINUS, THIN, shortest
from modelpress.inputs import MOST_CONTROLS, Input, Values, hundredth, rounded_range
from modelpress.kinds.registry import Context, attributes
from modelpress.kinds.sliders_html import slider

if TYPE_CHECKING:
    from typing_extensions import Self

_MOST_CORNERS = 16
_MOST_DESCRIBED = 8


class Numbers(Input):
    """A vector, shape (n,), float32, each value in its own range, inclusive.

    fields: name of each value → (min, max), in the network's order. units: name → unit, written
    after the value. step: change per arrow key, for all, or name → step; by default about a
    hundredth of each range. default: the initial values of a figure; by default the middle of each
    range. shape: of an input that is not a vector; the values are then in row-major order.
    Text: the values, separated by commas. Up to 64 values have a slider each; more are one list.
    """

    kind: ClassVar[str] = "numbers"
    fit_rank: ClassVar[int] = 1  # it fits any shape

    def __init__(
        self,
        fields: Mapping[str, Sequence[float]],
        *,
        units: Mapping[str, str] | None = None,
        step: float | Mapping[str, float] | None = None,
        default: Sequence[float] | None = None,
        shape: Sequence[int] | None = None,
    ) -> None:
        if not fields:
            raise ValueError("Numbers needs at least one field, name: (min, max).")
        for name, bounds in fields.items():
            if len(bounds) != 2 or not all(map(math.isfinite, bounds)) or bounds[0] >= bounds[1]:
                raise ValueError(f"Numbers needs finite min < max for {name!r}; found {bounds}.")
        steps = step if isinstance(step, Mapping) else dict.fromkeys(fields if step else (), step)
        units = units or {}
        for what, given in (("units", units), ("step", steps)):
            if unknown := sorted(set(given) - set(fields)):
                raise ValueError(f"Numbers has {what} for {', '.join(unknown)}, but no such field.")
        self.fields = {str(name): (float(low), float(high)) for name, (low, high) in fields.items()}
        self.units = {name: str(units.get(name, "")) for name in self.fields}
        self.steps = {
            name: _checked_step(name, steps.get(name), *bounds)
            for name, bounds in self.fields.items()
        }
        self._shape = tuple(shape) if shape is not None else (len(fields),)
        if math.prod(self._shape) != len(fields):
            raise ValueError(f"Numbers of shape {self._shape} can't have {len(fields)} fields.")
        middles = [
            low + round((high - low) / 2 / step) * step
            for (low, high), step in zip(self.fields.values(), self.steps.values(), strict=True)
        ]
        start = [float(f"{v:.9g}") for v in middles] if default is None else list(default)
        self._default = self.canonical(",".join(str(float(value)) for value in start))

    @classmethod
    def fitting(
        cls, shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]
    ) -> Input | None:
        size = math.prod(shape)
        lows, highs = (list(bounds) * (size if len(bounds) == 1 else 1) for bounds in (low, high))
        names = [f"x{i}" for i in range(1, size + 1)]
        ranges = [rounded_range(*bounds) for bounds in zip(lows, highs, strict=True)]
        return cls(dict(zip(names, ranges, strict=True)), shape=shape)

    @property
    def shape(self) -> tuple[int, ...]:
        return self._shape

    @property
    def default(self) -> str:
        return self._default

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": list(self._shape),
            "min": [low for low, _ in self.fields.values()],
            "max": [high for _, high in self.fields.values()],
            "names": list(self.fields),
            "units": list(self.units.values()),
            "steps": list(self.steps.values()),
            "default": self._default,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        names = spec["names"]
        bounds = zip(spec["min"], spec["max"], strict=True)
        return cls(
            dict(zip(names, bounds, strict=True)),
            units=dict(zip(names, spec["units"], strict=True)),
            step=dict(zip(names, spec["steps"], strict=True)),
            default=[float(value) for value in str(spec["default"]).split(",")],
            shape=spec["shape"],
        )

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        words = re.split(r"[\s,;]+", text.strip().strip(",;").replace(MINUS, "-"))
        if len(words) != len(self.fields):
            raise ValueError(
                f"{len(words)} values where {len(self.fields)} are expected, such as "
                f"{self._middle()}."
            )
        values = [
            self._value(word, *field)
            for word, field in zip(words, self.fields.items(), strict=True)
        ]
        return np.array(values, np.float32).reshape(self._shape)

    def format(self, values: Values) -> str:
        return ",".join(shortest(float(value)) for value in np.ravel(values))

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        low, high = np.array(list(self.fields.values()), np.float32).T
        middle = (low + high) / 2
        cases = [("zero", np.clip(np.zeros_like(low), low, high)), ("maximum", high)]
        picks = itertools.islice(itertools.product((0, 1), repeat=len(low)), _MOST_CORNERS)
        cases += [("corner", np.where(pick, high, low)) for pick in picks]
        for i in range(min(len(low), _MOST_CORNERS)):
            for bound in (low, high):
                edge = middle.copy()
                edge[i] = bound[i]
                cases.append(("edge", edge))
        cases += [("ordinary", low + (high - low) * i / 21) for i in range(1, 21)]
        cases += [("random", row) for row in rng.uniform(low, high, (48, len(low)))]
        return [
            (g, np.asarray(v, np.float32).clip(low, high).reshape(self._shape)) for g, v in cases
        ]

    def picture(self, values: Values, context: Context) -> str:
        return ""

    def controls(self, values: Values, context: Context) -> str:
        error = f"{context.id}-f-error"
        message = (
            f'<p class="mp-field-error" id="{error}" data-part="field-error" role="status"></p>'
        )
        if len(self.fields) > MOST_CONTROLS:
            return f"{self._list(values, context, error)}{message}"
        rows = "".join(
            slider(
                f"{context.id}-f",
                i,
                name,
                self.fields[name],
                self.steps[name],
                float(np.ravel(values)[i]),
                error=error,
                unit=self._unit(name),
            )
            for i, name in enumerate(self.fields)
        )
        return f'<div class="mp-sliders mp-fields">{rows}</div>{message}'

    def position(self, values: Values) -> tuple[float, float | None]:
        bounds = list(self.fields.values())
        shares = [
            (float(value) - low) / (high - low)
            for value, (low, high) in zip(np.ravel(values), bounds, strict=True)
        ]
        return (shares[0], shares[1]) if len(shares) == 2 else (float(np.mean(shares)), None)

    def describe(self, values: Values) -> str:
        words = [
            f"{name} {shortest(float(value)).replace('-', MINUS)}{self._unit(name)}"
            for name, value in zip(self.fields, np.ravel(values), strict=True)
        ]
        if len(words) > _MOST_DESCRIBED:
            rest = len(words) - _MOST_DESCRIBED
            words = [*words[:_MOST_DESCRIBED], f"{rest} more"]
        return ", ".join(words)

    def _value(self, word: str, name: str, bounds: tuple[float, float]) -> float:
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not bounds[0] <= value <= bounds[1]:
            low, high = map(shortest, bounds)
            raise ValueError(f"{name} must be a number from {low} to {high}; found {word!r}.")
        return value

    def _middle(self) -> str:
        return ", ".join(shortest((low + high) / 2) for low, high in self.fields.values())[:200]

    def _unit(self, name: str) -> str:
        return f"{THIN}{self.units[name]}" if self.units[name] else ""

    def _list(self, values: Values, context: Context, error: str) -> str:
        identity = f"{context.id}-f"
        typed = attributes(
            id=identity,
            data_part="list",
            value=self.format(values),
            aria_describedby=error,
            autocomplete="off",
        )
        return (
            f'<span class="mp-control mp-list"><label for="{identity}">{len(self.fields)} values'
            f'</label><input type="text" class="mp-text" spellcheck="false"{typed}></span>'
        )


def _checked_step(name: str, step: float | None, low: float, high: float) -> float:
    if step is None:
        return hundredth(low, high)
    if not (math.isfinite(step) and 0 < step <= high - low):
        raise ValueError(f"The step of {name!r} must lie above 0 and within the range: {step}.")
    return float(step)
