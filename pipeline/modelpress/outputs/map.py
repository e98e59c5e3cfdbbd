"""One number for every point of the plane, drawn as a map."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import short, significant
from modelpress.inputs import Input
from modelpress.kinds.plane_html import plane
from modelpress.kinds.plot_html import SIZE
from modelpress.kinds.registry import Context
from modelpress.outputs import Output, Values

if TYPE_CHECKING:
    from typing_extensions import Self

_SATURATED = 1 - 1e-7  # a float32 prediction nearer to an end is that end


class Map(Output):
    """One number, shape (1,), for an input of the kind `Points`, drawn as a map over the plane.

    low, high: the values painted fully blue and fully orange; midway is the colour of the paper.
    cells: of the map per side. labels: (a, b), names of the values below and above midway, which
    add the line between them. marks: training points, (x, y, class or value) each.
    """

    kind: ClassVar[str] = "map"
    plane: ClassVar[bool] = True

    def __init__(
        self,
        low: float = 0,
        high: float = 1,
        cells: int = 20,
        labels: tuple[str, str] | None = None,
        marks: Sequence[Sequence[Any]] = (),
    ) -> None:
        if not -math.inf < low < high < math.inf:
            raise ValueError(f"Map needs finite low < high; found low={low}, high={high}.")
        if not 2 <= cells <= 64:
            raise ValueError(f"Map has 2 to 64 cells to a side; found {cells}.")
        if labels is not None and len(labels) != 2:
            raise ValueError(f"Map needs two labels, below and above midway; found {labels}.")
        if any(len(mark) != 3 for mark in marks):
            raise ValueError("Map needs marks of the form (x, y, class or value).")
        self.low, self.high, self.cells = float(low), float(high), cells
        self.labels = None if labels is None else (str(labels[0]), str(labels[1]))
        self.marks = tuple(
            (float(x), float(y), name if isinstance(name, str) else float(name))
            for x, y, name in marks
        )

    @property
    def shape(self) -> tuple[int, ...]:
        return (1,)

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [1],
            "low": self.low,
            "high": self.high,
            "cells": self.cells,
            "labels": None if self.labels is None else list(self.labels),
            "marks": [list(mark) for mark in self.marks],
            "sweep": self.cells**2,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(spec["low"], spec["high"], spec["cells"], spec["labels"], spec["marks"])

    def check_input(self, input: Input) -> None:
        if not input.plane:
            raise ValueError(f"a Map shows predictions for Points, not for {input.kind!r}")

    def sweep(self, input: Input) -> npt.NDArray[np.float32]:
        """Returns the centres of the cells, in rows of increasing x from the lowest y upwards."""
        spec, middles = input.spec(), (np.arange(self.cells) + 0.5) / self.cells
        (x0, x1), (y0, y1) = spec["x"], spec["y"]
        xs, ys = x0 + (x1 - x0) * middles, y0 + (y1 - y0) * middles
        return np.array([(x, y) for y in ys for x in xs], np.float32)

    def picture(self, values: Values, context: Context) -> str:
        predictions = [float(row[0]) for row in context.sweep]
        text = context.text or ",".join(map(str, context.given))
        line = border(self._midway(predictions), self.cells) if self.labels and predictions else ""
        drawing = (
            f'<svg width="{SIZE}" height="{SIZE}" overflow="hidden">'
            f'<g class="mp-cells" data-part="cells" transform="scale({SIZE / self.cells:g})">'
            f"{self._cells(predictions)}</g></svg>"
            f'<path class="mp-border" data-part="border" d="{line}"/>'
        )
        return (
            f'<div class="mp-map" role="group" aria-label="{escape(self._name())}">'
            f"{plane(context.input, text, drawing, self.marks, significant(float(values[0])))}"
            f"{self._key()}</div>"
        )

    def level(self, values: Values) -> float | None:
        return float(values[0])

    def paint(self, values: Values) -> str | None:
        share = self._relative([float(values[0])])[0]
        side = "positive" if share > 0 else "negative"
        return f"color-mix(in srgb, var(--mp-{side}) {abs(share) * 100:.0f}%, var(--mp-paper))"

    def describe(self, values: Values) -> str:
        value = float(values[0])
        number = significant(value)
        if self.labels is None:
            return number
        return f"{number}: {self.labels[value >= (self.low + self.high) / 2]}"

    def _relative(self, predictions: Sequence[float]) -> list[float]:
        """Returns values scaled to −1 (`low` and below) to 1 (`high` and above)."""
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        return [min(1.0, max(-1.0, (prediction - middle) / half)) for prediction in predictions]

    def _midway(self, predictions: Sequence[float]) -> list[float]:
        """Returns values that are 0 midway and nearly linear between the cells, for the line.

        Predictions from `low` to `high` are taken for a sigmoid's or a tanh's, and its inverse is
        linear for one neuron; others are linear themselves.
        """
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        shares = [(prediction - middle) / half for prediction in predictions]
        if any(abs(share) > 1 for share in shares):
            return shares
        return [math.atanh(min(_SATURATED, max(-_SATURATED, share))) for share in shares]

    def _cells(self, predictions: Sequence[float]) -> str:
        """Returns the cells; those at the edge reach beyond it, since the style blurs them."""
        n = self.cells
        spans = [(i - (i == 0), 1 + (i == 0) + (i == n - 1)) for i in range(n)]  # start, length
        paths = []
        for i, share in enumerate(self._relative(predictions)):
            (x, wide), (y, tall) = spans[i % n], spans[n - 1 - i // n]
            low = "" if share > 0 else " class=mp-low"
            paths.append(
                f'<path{low} fill-opacity="{abs(share):.3f}" d="M{x} {y}h{wide}v{tall}h-{wide}z"/>'
            )
        return "".join(paths)

    def _name(self) -> str:
        low, high = (f"{short(value)}" for value in (self.low, self.high))
        return f"Map of the prediction over the plane, blue at {low}, orange at {high}"

    def _key(self) -> str:
        words = [
            short(value) + (f", {escape(self.labels[i])}" if self.labels else "")
            for i, value in enumerate((self.low, self.high))
        ]
        return (
            f'<p class="mp-scale"><span>{words[0]}</span>'
            f'<span class="mp-scale-bar" aria-hidden="true"></span><span>{words[1]}</span></p>'
        )


def border(values: Sequence[float], cells: int) -> str:
    """Returns the SVG path of the line where the map is 0, in the plot's own coordinates.

    Marching squares over the centres of the cells, and over the edges, to which values are
    continued in a straight line.
    """
    places = [0.0, *((i + 0.5) / cells for i in range(cells)), 1.0]
    rows = [_continued(values[i * cells : (i + 1) * cells]) for i in range(cells)]
    columns = [_continued(column) for column in zip(*rows, strict=True)]
    path = []
    for row, column in itertools.product(range(cells + 1), repeat=2):
        corners = [  # around the square, from its lower left
            (places[c], places[r], columns[c][r])
            for r, c in (
                (row, column),
                (row, column + 1),
                (row + 1, column + 1),
                (row + 1, column),
            )
        ]
        ends = []
        for (x0, y0, v0), (x1, y1, v1) in itertools.pairwise([*corners, corners[0]]):
            if (v0 < 0) != (v1 < 0):
                share = v0 / (v0 - v1)
                across, up = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
                ends.append(f"{across * SIZE:.1f} {(1 - up) * SIZE:.1f}")
        path += [f"M{a}L{b}" for a, b in zip(ends[::2], ends[1::2], strict=False)]
    return "".join(path)


def _continued(values: Sequence[float]) -> list[float]:
    """Returns the values at the centres of a row of cells with those at its two ends."""
    return [
        values[0] + (values[0] - values[1]) / 2,
        *values,
        values[-1] + (values[-1] - values[-2]) / 2,
    ]
