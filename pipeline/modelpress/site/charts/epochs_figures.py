"""Loss and metrics of a model's checkpoints: the curve, the sentences and the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from modelpress.core.number_format import integer, percent
from modelpress.kinds.plot_html import SIZE
from modelpress.schema.model import EpochsEntry
from modelpress.site.charts.training_axes import Axes, axes_for
from modelpress.site.charts.training_chart import loss_text

_VALIDATION = "val_"


class Figures:
    """The epochs with a checkpoint, including the last one, and their loss and metrics.

    checkpoints: the entry's field `epochs`. history: of the training, one value for each epoch.
    """

    def __init__(self, checkpoints: EpochsEntry, history: Mapping[str, Sequence[float]]) -> None:
        self.unit = checkpoints.unit
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
        known = [value for value in self._series.get(self._main, ()) if value is not None]
        self._axes: Axes | None = axes_for(len(self.numbers), known) if known else None

    def name(self, place: int) -> str:
        """Returns `before training` or `after epoch 12 of 500`. place: index of the checkpoint."""
        number = self.numbers[place]
        if number == 0:
            return "before training"
        last = self.numbers[-1]
        return f"after {self.unit} {integer(number)} of {integer(last)}"

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
        return [round(self._axes.across(place + 1), 4), round(self._axes.up(value), 4)]

    def chart_html(self) -> str:
        """Returns the chart of the main metric, with checkpoints evenly spaced; '' for none."""
        axes = self._axes
        if axes is None:
            return ""
        levels = [(value, axes.up(value)) for value in axes.ticks()]
        grid = "".join(f"M0 {_coordinate(1 - up)}h{SIZE}" for _, up in levels)
        marks = "".join(
            f'<span style="--mp-at:{up:.4f}">{figure(self._main, value)}</span>'
            for value, up in levels
        )
        places = [place for i in range(len(self.numbers)) if (place := self.place(i))]
        line = "".join(
            f"{'L' if i else 'M'}{_coordinate(x)} {_coordinate(1 - y)}"
            for i, (x, y) in enumerate(places)
        )
        x, y = places[-1]
        logarithmic = ", logarithmic" if axes.log else ""
        return (
            '<div class="mp-plot mp-loss-plot mp-epochs-plot">'
            f'<p class="mp-axis-name mp-axis-name-y">{escape(label(self._main))}{logarithmic}</p>'
            f'<div class="mp-axis mp-axis-y" aria-hidden="true">{marks}</div>'
            f'<div class="mp-plot-area" aria-hidden="true">'
            f'<svg viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none">'
            f'<path class="mp-grid" d="{grid}"/><path class="mp-python" d="{line}"/></svg>'
            f'<span class="mp-tip" data-part="tip" style="--mp-x:{x};--mp-y:{y}"></span></div>'
            f'<div class="mp-axis mp-axis-x" aria-hidden="true">{self._ticks()}</div></div>'
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

    def _ticks(self) -> str:
        """Returns the tick labels of the first, the middle and the last checkpoint."""
        last = len(self.numbers) - 1
        chosen = [0, last] if last < 2 else [0, last // 2, last]
        return "".join(
            f'<span style="--mp-at:{i / last:.4f}">'
            f"{f'{self.unit} ' if i == 0 else ''}{integer(self.numbers[i])}</span>"
            for i in chosen
        )


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
