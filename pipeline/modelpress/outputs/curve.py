"""The model's curve over its one input, with the current prediction on it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import MINUS, shortest, significant
from modelpress.inputs import Input
from modelpress.kinds.plot_html import MANY, Frame, around, place
from modelpress.kinds.registry import Context
from modelpress.outputs import Output, Values

if TYPE_CHECKING:
    from typing_extensions import Self

_STEPS = 160  # segments of the curve: one per two or three pixels on a phone
_TABLE_EVERY = 8  # steps between rows of the table


class Curve(Output):
    """One number for one number, shape (1,), drawn for the whole range of the input.

    x: lowest and highest input drawn; by default the input's range. label: the prediction's name.
    points: training points, (x, y) each. digits: significant digits shown, 1 to 9. truth: points
    (x, y) of the true curve, in order.
    """

    kind: ClassVar[str] = "curve"

    def __init__(
        self,
        x: tuple[float, float] | None = None,
        label: str = "Prediction",
        points: Sequence[Sequence[float]] = (),
        digits: int = 3,
        *,
        truth: Sequence[Sequence[float]] = (),
    ) -> None:
        if x is not None and (len(x) != 2 or not -math.inf < x[0] < x[1] < math.inf):
            raise ValueError(f"Curve needs finite x=(low, high), low < high; found {x}.")
        if not 1 <= digits <= 9:
            raise ValueError(f"Curve shows 1 to 9 digits, float32 has no more; found {digits}.")
        self.x = None if x is None else (float(x[0]), float(x[1]))
        self.label, self.digits = label, digits
        self.points, self.truth = _pairs("points", points), _pairs("truth", truth)

    @property
    def shape(self) -> tuple[int, ...]:
        return (1,)

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [1],
            "x": None if self.x is None else list(self.x),
            "label": self.label,
            "points": [list(point) for point in self.points],
            "digits": self.digits,
            "truth": [list(point) for point in self.truth],
            "sweep": _STEPS + 1,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(spec["x"], spec["label"], spec["points"], spec["digits"], truth=spec["truth"])

    def check_input(self, input: Input) -> None:
        if not input.line:
            raise ValueError(f"a Curve shows predictions for a Number, not for {input.kind!r}")

    def sweep(self, input: Input) -> npt.NDArray[np.float32]:
        return self._inputs(input.spec())[:, None]

    def picture(self, values: Values, context: Context) -> str:
        given, value = self._given(context), float(values[0])
        xs, ys = self._inputs(context.input), [float(row[0]) for row in context.sweep]
        curve = list(zip(map(float, xs), ys, strict=True)) if ys else []
        drawn = [y for _, y in (*self.points, *self.truth)]
        frame = Frame((float(xs[0]), float(xs[-1])), around([*ys, *drawn, value]))
        dots = "mp-dots mp-many" if len(self.points) > MANY else "mp-dots"
        drawing = (
            f'<path class="mp-truth" d="{frame.line(self.truth)}"/>'
            f'<path class="mp-curve" data-part="curve" d="{frame.line(curve)}"/>'
            f'<path class="{dots}" d="{frame.dots(self.points)}"/>'
        )
        point = (
            f'<span class="mp-point" data-part="curve-point" style="{place(frame, given, value)}">'
            f'<span class="mp-point-text" data-part="curve-text">{self.describe(values)}</span>'
            "</span>"
        )
        name = str(context.input.get("label", "x"))
        if context.input.get("unit"):
            name += f" in {context.input['unit']}"
        return (
            '<div class="mp-curve-plot">'
            f"{frame.html(drawing, point, names=(name, self.label), data_part='curve-area')}"
            f"{self._key()}</div>{self._table(name, curve)}"
        )

    def level(self, values: Values) -> float | None:
        return float(values[0])

    def describe(self, values: Values) -> str:
        return significant(float(values[0]), self.digits)

    def _inputs(self, input_spec: Mapping[str, Any]) -> npt.NDArray[np.float32]:
        """Returns the inputs of the curve, float64 steps rounded to float32 as in the browser."""
        low, high = self.x or (input_spec.get("min", 0.0), input_spec.get("max", 1.0))
        steps = np.arange(_STEPS + 1) / _STEPS
        return np.asarray(low + (high - low) * steps, np.float32)

    def _given(self, context: Context) -> float:
        return float(context.given[0]) if len(context.given) else 0.0

    def _key(self) -> str:
        """Returns the legend of lines and dots, empty if there is only the curve."""
        words = [("curve", "the model")]
        words += [("truth", "the true curve")] * bool(self.truth)
        words += [("dots", "training points")] * bool(self.points)
        if len(words) == 1:
            return ""
        keys = "".join(
            f'<li><svg viewBox="0 0 24 12" aria-hidden="true"><path class="mp-{kind}" '
            f'd="{"M12 6h0" if kind == "dots" else "M0 6h24"}"/></svg>{text}</li>'
            for kind, text in words
        )
        return f'<ul class="mp-key">{keys}</ul>'

    def _table(self, name: str, curve: Sequence[tuple[float, float]]) -> str:
        rows = "".join(
            f'<tr><th scope="row">{shortest(float(f"{x:.4g}")).replace("-", MINUS)}</th>'
            f'<td data-part="curve-cell">{significant(y, self.digits)}</td></tr>'
            for x, y in curve[::_TABLE_EVERY]
        )
        return (
            '<details class="mp-twin"><summary>The curve as a table</summary>'
            f'<table><thead><tr><th scope="col">{escape(name)}</th>'
            f'<th scope="col">{escape(self.label)}</th></tr></thead><tbody>{rows}</tbody></table>'
            "</details>"
        )


def _pairs(name: str, points: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    pairs = tuple((float(point[0]), float(point[1])) for point in points)
    if any(len(point) != 2 for point in points) or not np.isfinite(np.array(pairs)).all():
        raise ValueError(f"Curve needs {name} of the form (x, y), finite numbers.")
    return pairs
