"""A point in the plane."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import MINUS, shortest
from modelpress.inputs import Input, Values, hundredth
from modelpress.kinds.plane_html import plane, words
from modelpress.kinds.registry import Context, attributes
from modelpress.kinds.sliders_html import slider

if TYPE_CHECKING:
    from typing_extensions import Self

_MOST_KEPT = 50


class Points(Input):
    """Two numbers, shape (2,), float32: a point of the plane. Further points can be kept beside it.

    x, y: lowest and highest value, inclusive. names: of the two numbers. default: the initial point
    of a figure; by default the middle. marks: training points, (x, y, class or value) each.
    Text: `0.5, 0.25`, followed by kept points after semicolons: `0.5, 0.25; 0, 1`.
    """

    kind: ClassVar[str] = "points"
    plane: ClassVar[bool] = True

    def __init__(
        self,
        x: tuple[float, float] = (0, 1),
        y: tuple[float, float] = (0, 1),
        *,
        names: tuple[str, str] = ("x", "y"),
        default: Sequence[float] | None = None,
        marks: Sequence[Sequence[Any]] = (),
    ) -> None:
        for axis, bounds in (("x", x), ("y", y)):
            if len(bounds) != 2 or not all(map(math.isfinite, bounds)) or bounds[0] >= bounds[1]:
                raise ValueError(f"Points needs finite {axis}=(low, high), low < high: {bounds}.")
        if len(names) != 2 or names[0] == names[1]:
            raise ValueError(f"Points needs two different names; found {names}.")
        if any(len(mark) != 3 for mark in marks):
            raise ValueError("Points needs marks of the form (x, y, class or value).")
        self.x, self.y = (float(x[0]), float(x[1])), (float(y[0]), float(y[1]))
        self.names = (str(names[0]), str(names[1]))
        self.marks = tuple(_mark(mark) for mark in marks)
        self.steps = tuple(hundredth(*bounds) for bounds in (self.x, self.y))
        middle = [(low + high) / 2 for low, high in (self.x, self.y)]
        start = middle if default is None else default
        self._default = self.canonical(", ".join(str(float(value)) for value in start))

    @property
    def shape(self) -> tuple[int, ...]:
        return (2,)

    @property
    def default(self) -> str:
        return self._default

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [2],
            "min": [self.x[0], self.y[0]],
            "max": [self.x[1], self.y[1]],
            "x": list(self.x),
            "y": list(self.y),
            "steps": list(self.steps),
            "names": list(self.names),
            "marks": [list(mark) for mark in self.marks],
            "default": self._default,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        default = [float(value) for value in str(spec["default"]).split(",")]
        return cls(spec["x"], spec["y"], names=spec["names"], default=default, marks=spec["marks"])

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        return self._points(text)[0]

    def format(self, values: Values) -> str:
        return ",".join(shortest(float(value)) for value in values)

    def canonical(self, text: str) -> str:
        return ";".join(self.format(point) for point in self._points(text))

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        low, high = np.array([self.x, self.y], np.float32).T
        cases = [("zero", np.clip([0.0, 0.0], low, high)), ("maximum", high)]
        cases += [("corner", np.array(c)) for c in itertools.product(*zip(low, high, strict=True))]
        share = np.array(list(itertools.product((0, 0.5, 1), repeat=2)))
        middles = [row for row in share if (row == 0.5).any()]
        cases += [("edge", low + row * (high - low)) for row in middles]
        cases += [("ordinary", np.clip(mark[:2], low, high)) for mark in self.marks[:16]]
        grid = itertools.product((1, 2, 3, 4), repeat=2)
        cases += [("ordinary", low + np.array(cell) / 5 * (high - low)) for cell in grid]
        cases += [("random", row) for row in rng.uniform(low, high, (40, 2))]
        return [(group, np.asarray(values, np.float32)) for group, values in cases]

    def picture(self, values: Values, context: Context) -> str:
        if context.plane:
            return ""
        return plane(self.spec(), context.text or self.format(values))

    def controls(self, values: Values, context: Context) -> str:
        error = f"{context.id}-p-error"
        fields = zip(self.names, (self.x, self.y), self.steps, strict=True)
        sliders = "".join(
            slider(f"{context.id}-p", i, *field, float(values[i]), error=error)
            for i, field in enumerate(fields)
        )
        clear = attributes(data_part="clear", disabled=";" not in context.text)
        return (
            f'<div class="mp-sliders">{sliders}'
            f'<p class="mp-field-error" id="{error}" data-part="point-error" role="status"></p>'
            '</div><span class="mp-buttons">'
            '<button type="button" class="mp-button" data-part="keep">Keep point</button>'
            '<button type="button" class="mp-button" data-part="undo" disabled>Undo</button>'
            f'<button type="button" class="mp-button"{clear}>Clear</button></span>'
        )

    def position(self, values: Values) -> tuple[float, float | None]:
        x, y = (
            (float(value) - low) / (high - low)
            for value, (low, high) in zip(values, (self.x, self.y), strict=True)
        )
        return x, y

    def describe(self, values: Values) -> str:
        return words([float(value) for value in values])

    def _points(self, text: str) -> list[npt.NDArray[np.float32]]:
        points = [self._point(part) for part in text.strip().removesuffix(";").split(";")]
        if len(points) > _MOST_KEPT + 1:
            raise ValueError(f"{len(points)} points are more than {_MOST_KEPT + 1}.")
        return points

    def _point(self, text: str) -> npt.NDArray[np.float32]:
        found = re.split(r"[\s,]+", text.strip().strip("()").strip().replace(MINUS, "-"))
        try:
            x, y = (float(word) for word in found)
        except ValueError:
            x = y = math.nan
        if not (self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]):
            raise ValueError(
                f"{text.strip()!r} is not a point with {self.names[0]} from {shortest(self.x[0])} "
                f"to {shortest(self.x[1])} and {self.names[1]} from {shortest(self.y[0])} to "
                f"{shortest(self.y[1])}, such as {self.default_words()}."
            )
        return np.array([x, y], np.float32)

    def default_words(self) -> str:
        """Returns a valid point as a reader types it."""
        middle = [(low + high) / 2 for low, high in (self.x, self.y)]
        return ", ".join(shortest(value) for value in middle)


def _mark(mark: Sequence[Any]) -> tuple[float, float, float | str]:
    x, y, kind = mark
    return float(x), float(y), kind if isinstance(kind, str) else float(kind)
