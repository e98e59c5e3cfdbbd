"""Loss and metrics of a model's checkpoints: the curve, the sentences and the table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from modelpress.core.number_format import integer, percent
from modelpress.kinds.plot_html import SIZE
from modelpress.schema.model import EpochsEntry
from modelpress.site.charts.training_axes import Axes, axes_for
from modelpress.site.charts.training_chart import loss_text

_VALIDATION = "val_"
_LOG_FROM = 100  # epochs from which the axis of epochs is logarithmic
_MOST = 240  # most epochs that a line is drawn through


class Figures:
    """The epochs with a checkpoint, including the last one, and their loss and metrics.

    checkpoints: the entry's field `epochs`. history: of the training, one value for each epoch.
    """

    def __init__(self, checkpoints: EpochsEntry, history: Mapping[str, Sequence[float]]) -> None:
        self.unit = checkpoints.unit
        self.best = checkpoints.best
        self.numbers: list[int] = [*checkpoints.epochs, checkpoints.last]
        whole = {n: values for n, values in history.items() if len(values) == checkpoints.last}
        self._series: dict[str, list[float | None]] = {
            name: [
                checkpoints.first.get(name) if number == 0 else values[number - 1]
                for number in self.numbers
            ]
            for name, values in sorted(whole.items(), key=_rank)
        }
        self._main = next(iter(self._series), "")
        drawn = [self._main, self._main.removeprefix(_VALIDATION)]
        # Lines by metric, through more epochs than have a checkpoint: validation before training.
        self._lines = {
            name: _points(checkpoints.first.get(name), whole[name])
            for name in drawn
            if name in whole
        }
        known = [value for line in self._lines.values() for _, value in line]
        self._axes: Axes | None = axes_for(len(self.numbers), known) if known else None

    def name(self, place: int) -> str:
        """Returns `before training` or `after epoch 12 of 500`. place: index of the checkpoint."""
        number = self.numbers[place]
        if number == 0:
            return "before training"
        last = self.numbers[-1]
        best = ", where the validation loss is lowest" if number == self.best else ""
        return f"after {self.unit} {integer(number)} of {integer(last)}{best}"

    def words(self, place: int) -> str:
        """Returns a sentence: `After epoch 12 of 500: loss 0.241, accuracy 75 %.`"""
        name = self.name(place)
        figures = ", ".join(
            f"{label(metric)} {figure(metric, value)}"
            for metric, values in self._series.items()
            if (value := values[place]) is not None
        )
        return f"{name[0].upper()}{name[1:]}{': ' if figures else ''}{figures}."

    def place(self, place: int) -> list[float] | None:
        """Returns the epoch's position on the chart; None if its metric is unknown.

        The position is [x, y] from the lower left corner, as fractions of width and height.
        """
        values = self._series.get(self._main)
        value = values[place] if values else None
        if value is None or self._axes is None:
            return None
        return [round(self._across(self.numbers[place]), 4), round(self._axes.up(value), 4)]

    def chart_html(self) -> str:
        """Returns the chart of the main metric by epoch, to scale; '' for none.

        With a validation set, its line is full and that of the training set dashed.
        """
        axes = self._axes
        if axes is None:
            return ""
        levels = [(value, axes.up(value)) for value in axes.ticks()]
        grid = "".join(f"M0 {_coordinate(1 - up)}h{SIZE}" for _, up in levels)
        marks = "".join(
            f'<span style="--mp-at:{up:.4f}">{figure(self._main, value)}</span>'
            for value, up in levels
        )
        lines = "".join(
            f'<path class="mp-python{" mp-training" if i else ""}" d="{self._path(line, axes)}"/>'
            for i, line in enumerate(self._lines.values())
        )
        x, y = self.place(len(self.numbers) - 1) or (1, 0)
        logarithmic = {
            (False, False): "",
            (True, False): ", logarithmic",
            (False, True): f", {self.unit}s logarithmic",
            (True, True): ", both logarithmic",
        }[axes.log, self._log]
        words = f"{escape(label(self._main))} by {self.unit}{logarithmic}"
        return (
            '<div class="mp-plot mp-loss-plot mp-epochs-plot">'
            f'<p class="mp-axis-name mp-axis-name-y">{words}</p>'
            f'<div class="mp-axis mp-axis-y" aria-hidden="true">{marks}</div>'
            f'<div class="mp-plot-area" aria-hidden="true">'
            f'<svg viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none">'
            f'<path class="mp-grid" d="{grid}"/>{lines}</svg>'
            f'<span class="mp-tip" data-part="tip" style="--mp-x:{x};--mp-y:{y}"></span></div>'
            f'<div class="mp-axis mp-axis-x" aria-hidden="true">{self._ticks()}</div></div>'
            f"{self._key()}"
        )

    def table_html(self) -> str:
        """Returns the table of loss and metrics, with a row for each checkpoint."""
        head = "".join(f'<th scope="col">{escape(label(metric))}</th>' for metric in self._series)
        body = "".join(
            f'<tr><th scope="row">{integer(number)}</th>'
            + "".join(
                f"<td>{'–' if values[i] is None else figure(metric, values[i])}</td>"
                for metric, values in self._series.items()
            )
            + "</tr>"
            for i, number in enumerate(self.numbers)
        )
        return (
            '<details class="mp-twin"><summary>As a table</summary>'
            f'<div class="mp-wide" tabindex="0" role="group" aria-label="Kept {self.unit}s">'
            f'<table class="mp-table" aria-label="Kept {self.unit}s"><thead><tr>'
            f'<th scope="col">{self.unit.capitalize()}</th>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div></details>"
        )

    def _across(self, number: float) -> float:
        """Returns the position of an epoch from the left, as a fraction of the width."""
        last = self.numbers[-1]
        if self._log:
            return math.log1p(number) / math.log1p(last)
        return number / last

    @property
    def _log(self) -> bool:
        return self.numbers[-1] >= _LOG_FROM

    def _path(self, line: Sequence[tuple[int, float]], axes: Axes) -> str:
        places = [
            f"{_coordinate(self._across(number))} {_coordinate(1 - axes.up(value))}"
            for number, value in line
        ]
        return f"M{'L'.join(places)}"

    def _key(self) -> str:
        """Returns the legend of two lines; '' for one."""
        if len(self._lines) < 2:
            return ""
        return (
            '<p class="mp-curve-key"><span>validation</span>'
            '<span class="mp-training">training</span></p>'
        )

    def _ticks(self) -> str:
        """Returns the tick labels of epochs at their places, the first and last among them."""
        last = self.numbers[-1]
        if self._log:
            between = [10**power for power in range(1, 7) if 10**power * 3 <= last]
        else:
            between = [last // 2] if last > 1 else []
        return "".join(
            f'<span style="--mp-at:{self._across(number):.4f}">{integer(number)}</span>'
            for number in [0, *between, last]
        )


def _points(first: float | None, values: Sequence[float]) -> list[tuple[int, float]]:
    """Returns (epoch, value) of a line: at most _MOST, densest at the start; epoch 0 if known."""
    last = len(values)
    spaced = np.geomspace(1, last, _MOST).round().astype(int).tolist() if last > _MOST else ()
    epochs = sorted(set(spaced)) or range(1, last + 1)
    start = [] if first is None else [(0, first)]
    return start + [(epoch, values[epoch - 1]) for epoch in epochs]


def label(metric: str) -> str:
    """Returns a metric's name in words."""
    plain = metric.removeprefix(_VALIDATION).replace("_", " ")
    return f"validation {plain}" if metric.startswith(_VALIDATION) else plain


def figure(metric: str, value: float | None) -> str:
    """Returns a metric's value as text; accuracies in percent."""
    if value is None:
        return ""
    return percent(value) if "accuracy" in metric else loss_text(value)


def _rank(item: tuple[str, Any]) -> tuple[bool, bool, str]:
    """Returns a sort key: accuracies first; validation before training; loss before others."""
    name = item[0]
    return ("accuracy" not in name, not name.startswith(_VALIDATION), name.replace("loss", "!"))


def _coordinate(fraction: float) -> str:
    return f"{fraction * SIZE:.1f}".removesuffix(".0")
