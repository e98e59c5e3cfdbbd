"""Renders a chart for each metric of a training, as inline SVG.

Text stays text and colours are the page's tokens, so a chart follows the colour scheme and the
reader's font. Sized for the width of a phone. Equal histories give equal bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import MINUS, short
from modelpress.kinds.plot_html import ticks

_WIDTH, _HEIGHT = 340, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 262, 12, 164  # of the plot, in viewBox units
_COLUMNS = 108  # distinguishable columns of the plot, two units each
_READ = 200  # values kept for the readout
_LOG_FROM = 200  # ratio of largest to smallest value from which the axis is logarithmic
_TICKS = 5  # most ticks on the value axis
_MIDDLE = 4.5  # from the middle of a line of text down to its baseline
_LINE = 13  # line height
_INK, _SOFT, _ACCENT = "var(--mp-ink)", "var(--mp-ink-soft)", "var(--mp-accent)"


def charts(history: dict[str, list[float]], unit: str) -> list[dict[str, Any]]:
    """Returns a chart for each metric with at least two recorded steps.

    unit: "epoch" or "step". A chart holds metric, unit, log (whether the axis is logarithmic), svg
    (an element), plot (left, top, right, bottom in viewBox units), x and y (first and last value of
    the axes), steps (from 1), and series (name, values at these steps) for readout and table.
    """
    found = []
    for metric, values in history.items():
        if metric.startswith("val_") and metric.removeprefix("val_") in history:
            continue
        if len(values) < 2:
            continue
        series = {"train": values}
        if len(history.get(f"val_{metric}", ())) == len(values):
            series["validation"] = history[f"val_{metric}"]
        found.append(_chart(metric, series, unit))
    return found


@dataclass(frozen=True)
class _Axes:
    """Steps 1 to `steps`, values `low` to `high`."""

    steps: int
    low: float
    high: float
    log: bool

    def x(self, steps: npt.ArrayLike) -> npt.NDArray[Any]:
        fraction = (np.asarray(steps) - 1) / (self.steps - 1)
        return np.asarray(_LEFT + fraction * (_RIGHT - _LEFT))

    def up(self, values: npt.ArrayLike) -> npt.NDArray[Any]:
        """Returns heights in the plot, from 0 to 1."""
        scale = np.log10 if self.log else np.asarray
        values, low, high = (scale(each) for each in (values, self.low, self.high))
        return np.asarray((values - low) / (high - low))

    def y(self, values: npt.ArrayLike) -> npt.NDArray[Any]:
        return np.asarray(_BOTTOM - self.up(values) * (_BOTTOM - _TOP))

    def ticks(self) -> list[tuple[float, str]]:
        """Returns round values with their texts; powers of ten on a logarithmic axis."""
        if not self.log:
            return [(value, short(value)) for value in ticks(self.low, self.high, most=_TICKS)]
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        every = -(-(last - first + 1) // _TICKS)
        values = [float(f"1e{power}") for power in range(first, last + 1, every)]
        return [(value, _power(value)) for value in values]


def _axes(steps: int, values: npt.NDArray[Any]) -> _Axes:
    low, high = float(values.min()), float(values.max())
    if low > 0 and high / low > _LOG_FROM:
        return _Axes(steps, low / 1.3, high * 1.3, log=True)
    pad = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    return _Axes(steps, low - pad, high + pad, log=False)


def _chart(metric: str, series: dict[str, list[float]], unit: str) -> dict[str, Any]:
    steps = len(series["train"])
    axes = _axes(steps, np.array([v for values in series.values() for v in values], np.float64))
    indices = np.unique(np.linspace(0, steps - 1, min(steps, _READ)).round().astype(int))
    return {
        "metric": metric,
        "unit": unit,
        "log": axes.log,
        "svg": _svg(axes, series, unit),
        "plot": [_LEFT, _TOP, _RIGHT, _BOTTOM],
        "x": [1, steps],
        "y": [axes.low, axes.high],
        "steps": (indices + 1).tolist(),
        "series": [
            {"name": name, "values": [float(f"{values[i]:.4g}") for i in indices]}
            for name, values in series.items()
        ],
    }


def _svg(axes: _Axes, series: dict[str, list[float]], unit: str) -> str:
    levels = [(float(axes.y(value)), text) for value, text in axes.ticks()]
    grid = "".join(f"M {_LEFT} {y:.2f} H {_RIGHT} " for y, _ in levels).rstrip()
    below = _BOTTOM + 14.5
    texts = [
        *(_text(text, _LEFT - 5, y + _MIDDLE, "end") for y, text in levels),
        _text("1", _LEFT, below, "middle"),
        _text(str(axes.steps), _RIGHT, below, "middle"),
        _text(unit, (_LEFT + _RIGHT) / 2, below + 4.5, "middle"),
    ]
    single = len(series) == 1
    ends = _spread([float(axes.up(values[-1])) for values in series.values()])
    lines, names = [], []
    for number, (name, values) in enumerate(series.items()):
        new = single or number == 1
        x, y = _thinned(np.array(values, np.float64))
        points = [f"{a:.2f} {b:.2f}" for a, b in zip(axes.x(x), axes.y(y), strict=True)]
        lines.append(
            f'<g data-series="{name}"><path d="M {" L ".join(points)}" style="fill: none; '
            f'stroke: {_ACCENT if new else _SOFT}; stroke-width: 1.8; stroke-linejoin: round"/></g>'
        )
        words = [short(values[-1])] if single else [name, short(values[-1])]
        first = _BOTTOM - ends[number] * (_BOTTOM - _TOP) - (len(words) - 1) * _LINE / 2 + _MIDDLE
        names.append(
            f'<g style="fill: {_INK if new else _SOFT}">'
            + "".join(
                f'<text transform="translate({_RIGHT + 7} {first + i * _LINE:.2f})">{word}</text>'
                for i, word in enumerate(words)
            )
            + "</g>"
        )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<path d="{grid} M {_LEFT} {_BOTTOM} H {_RIGHT}" '
        f'style="fill: none; stroke: var(--mp-hairline)"/>{"".join(lines)}'
        f'<g style="font-size: 12.5px; font-family: var(--mp-text); fill: {_SOFT}">'
        f"{''.join(texts)}{''.join(names)}</g></svg>"
    )


def _text(words: str, x: float, y: float, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:.2f}" text-anchor="{anchor}">{words}</text>'


def _power(value: float) -> str:
    exponent = round(np.log10(value))
    return f"{value:g}" if -3 <= exponent <= 3 else f"1e{exponent}".replace("-", MINUS)


def _spread(ends: list[float], apart: float = 0.24) -> list[float]:
    """Returns the heights of two labels, moved apart if they would overlap."""
    if len(ends) < 2 or abs(ends[0] - ends[1]) >= apart:
        return [min(max(end, 0.08), 0.92) for end in ends]
    middle = min(max(sum(ends) / 2, 0.08 + apart / 2), 0.92 - apart / 2)
    up = 1 if ends[0] >= ends[1] else -1
    return [middle + up * apart / 2, middle - up * apart / 2]


def _thinned(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Returns the steps and values that draw the same line with fewer points.

    They are the first, lowest, highest and last of each pixel column (M4; Jugel et al., VLDB 2014).
    """
    steps = np.arange(1, len(values) + 1)
    if len(values) <= 4 * _COLUMNS:
        return steps, values
    indices: set[int] = set()
    for column in np.array_split(np.arange(len(values)), _COLUMNS):
        part = values[column]
        indices |= {int(column[i]) for i in (0, part.argmin(), part.argmax(), -1)}
    chosen = sorted(indices)
    return steps[chosen], values[chosen]
