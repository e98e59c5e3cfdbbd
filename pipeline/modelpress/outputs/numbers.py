"""Several numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from modelpress.core.number_format import THIN, integer, significant
from modelpress.core.png import data_uri, diverging
from modelpress.core.tiles import Layout, layout, levels
from modelpress.kinds.finder_html import ROWS, finder_html
from modelpress.kinds.registry import Context, attributes
from modelpress.outputs import FEWER, Output, Values

if TYPE_CHECKING:
    from typing_extensions import Self

_MOST_DESCRIBED = 6
_MOST = 50_000  # numbers of a vector
_MOST_ROWS = 64  # more values are drawn as cells
_LONG_ROW = 64  # cells in a row of up to 2,048 values of a vector


class Numbers(Output):
    """A vector of any length, shape (n,): one bar per value, from zero to the left or right.

    More than 64 values are a picture of cells, blue below zero and orange above, in rows and
    columns as the shape has them, with one tile per channel; and a table to unfold, with a search.

    labels: the name of each value. shape: of the prediction, for an output without labels or one
    that is not a vector; the values are then in row-major order. unit: written after each. digits:
    significant digits shown, 1 to 9.
    """

    kind: ClassVar[str] = "numbers"
    fit_rank: ClassVar[int] = 1  # it fits any shape

    def __init__(
        self,
        labels: Sequence[str] | None = None,
        *,
        shape: Sequence[int] | None = None,
        unit: str = "",
        digits: int = 3,
    ) -> None:
        if labels is None and shape is None:
            raise ValueError("Numbers needs labels, one per value, or the prediction's shape.")
        if not 1 <= digits <= 9:
            raise ValueError(f"Numbers shows 1 to 9 digits, float32 has no more; found {digits}.")
        self._shape = tuple(shape) if shape is not None else (len(labels or ()),)
        size = math.prod(self._shape)
        self.labels = tuple(str(label) for label in (labels or (f"y{i + 1}" for i in range(size))))
        if len(set(self.labels)) != size:
            raise ValueError(
                f"Numbers of shape {self._shape} needs {size} different labels; found {labels}."
            )
        self.unit, self.digits = unit, digits

    @classmethod
    def fitting(cls, shape: tuple[int, ...]) -> Output | None:
        if len(shape) == 1 and shape[0] > _MOST:
            raise ValueError(
                f"a prediction of {integer(shape[0])} numbers; at most {integer(_MOST)} are shown. "
                f"{FEWER}"
            )
        return cls(shape=shape)

    @property
    def shape(self) -> tuple[int, ...]:
        return self._shape

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": list(self._shape),
            "names": list(self.labels),
            "unit": self.unit,
            "digits": self.digits,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(spec["names"], shape=spec["shape"], unit=spec["unit"], digits=spec["digits"])

    def picture(self, values: Values, context: Context) -> str:
        if len(self.labels) > _MOST_ROWS:
            return self._many(values, context)
        shares = self._fractions(values)
        rows = "".join(
            f'<li class="mp-bar mp-value" data-part="row" style="--mp-share:{share:.4f}">'
            f'<span class="mp-bar-label">{escape(label)}</span>'
            '<span class="mp-value-track"><span class="mp-value-fill"></span></span>'
            '<span class="mp-bar-value" data-part="value-out">'
            f"{escape(self._shown(value))}</span></li>"
            for label, share, value in zip(self.labels, shares, np.ravel(values), strict=True)
        )
        return f'<ul class="mp-bars mp-values">{rows}</ul>'

    @property
    def _cells(self) -> Layout:
        """The layout of the picture, which has all values."""
        if len(self._shape) in (2, 3) and min(self._shape[:2]) > 1:
            found = layout(self._shape)
            return replace(found, tiles=self._shape[2] if self._shape[2:] else 1)
        count = len(self.labels)
        return Layout(count, max(_LONG_ROW // 2, min(_LONG_ROW, count // 4), math.isqrt(2 * count)))

    def _many(self, values: Values, context: Context) -> str:
        """Returns the picture of cells, and the table."""
        flat, where = np.asarray(values, np.float64).ravel(), self._cells
        shaped = flat.reshape(self._shape) if where.height > 1 or where.width > 1 else flat
        picture = diverging(levels(shaped, where, float(np.abs(flat).max())))
        height, width = where.size
        data = {f"data_{name}": value for name, value in where.as_dict().items()}
        style = f"--mp-cells:{width};background-image:url({data_uri(picture)})"
        canvas = attributes(
            data_part="cells", width=width, height=height, style=style, role="img",
            aria_label="The values: blue below zero, orange above", **data,
        )  # fmt: skip
        count = len(self.labels)
        rows = [
            (label, self._shown(value))
            for label, value in zip(self.labels[:ROWS], flat[:ROWS], strict=True)
        ]
        summary = f"All {integer(count)} values as a table"
        heads = ("Value", "Prediction")
        return (
            f'<canvas class="mp-number-cells"{canvas}></canvas>'
            '<p class="mp-number-key">Blue below zero, orange above; the largest is strongest.</p>'
            f"{finder_html(context.id, summary, 'values', count, heads, rows)}"
        )

    def level(self, values: Values) -> float | None:
        return float(np.ravel(values)[0]) if len(self.labels) == 1 else None

    def describe(self, values: Values) -> str:
        flat = [float(value) for value in np.ravel(values)]
        if len(flat) <= _MOST_DESCRIBED:
            return ", ".join(map(self._labelled, range(len(flat)), flat))
        most, least = flat.index(max(flat)), flat.index(min(flat))
        return (
            f"{len(flat)} values, the largest {self._labelled(most, flat[most])}, "
            f"the smallest {self._labelled(least, flat[least])}"
        )

    def _fractions(self, values: Values) -> list[float]:
        """Returns each value as a fraction of the largest, −1 to 1."""
        flat = [float(value) for value in np.ravel(values)]
        largest = max(map(abs, flat), default=0.0) or 1.0
        return [value / largest for value in flat]

    def _labelled(self, i: int, value: float) -> str:
        return f"{self.labels[i]} {self._shown(value)}"

    def _shown(self, value: float) -> str:
        return significant(float(value), self.digits) + (f"{THIN}{self.unit}" if self.unit else "")
