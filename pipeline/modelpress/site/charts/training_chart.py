"""Loss and metric by step: Python's recorded curves, rendered for pages without scripts.

Ported to `site_assets/src/figures/trainer/chart.ts`, which draws the reader's curve over Python's,
and the same picture for the same losses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from modelpress.core.number_format import MINUS, counted, integer, percent, short
from modelpress.kinds.plot_html import SIZE
from modelpress.site.charts.smoothing import smoothed
from modelpress.site.charts.training_axes import Axes, axes_for

_ROWS = 11  # most rows of the table
NAMES = {"rmse": "error", "mae": "mean error"}  # in sentences


@dataclass(frozen=True)
class Curve:
    """Python's recording of one quantity by step.

    name: loss, accuracy, rmse or mae. words: its name for readers. values: value of each step's
    batch. checks: (step, value) of the validation set after some steps. part: prefix of its
    `data-part` attributes.
    """

    name: str
    words: str
    values: Sequence[float]
    checks: Sequence[tuple[int, float]] = ()
    part: str = ""

    def text(self, value: float) -> str:
        """Returns a value as text."""
        return percent(value) if self.name == "accuracy" else loss_text(value)

    def axes(self) -> Axes:
        """Returns axes that contain all values; for an accuracy, from 0 to 1."""
        if self.name == "accuracy":
            return Axes(len(self.values), 0, 1, False)
        return axes_for(len(self.values), [*self.values, *(value for _, value in self.checks)])


def chart_html(curve: Curve, key: str, examples: int = 0) -> str:
    """Returns the plot of Python's curve, with its sentence and table.

    key: prefix of ids. examples: size of the validation set.
    """
    axes, part = curve.axes(), curve.part
    levels = [(value, axes.up(value)) for value in axes.ticks()]
    grid = "".join(f"M0 {_coordinate(1 - up)}h{SIZE}" for _, up in levels)
    marks = "".join(f'<span style="--mp-at:{up:.4f}">{curve.text(v)}</span>' for v, up in levels)
    checks = "".join(
        f'<path class="mp-{name} mp-validation" data-part="{part}{name}-validation" d="{line}"/>'
        for name, line in (("python", _points(axes, curve.checks)), ("curve", ""))
        if curve.checks
    )
    return (
        f'<div class="mp-plot mp-loss-plot" data-curve="{curve.name}">'
        f'<p class="mp-axis-name mp-axis-name-y" id="{key}-{part}axis">'
        f'<span data-part="{part}loss-name">{escape(curve.words)}</span>'
        f'<span data-part="{part}log">{", logarithmic" if axes.log else ""}</span></p>'
        f'<div class="mp-axis mp-axis-y" data-part="{part}ticks" aria-hidden="true">{marks}</div>'
        f'<div class="mp-plot-area" data-part="{part}area" data-log="{str(axes.log).lower()}">'
        f'<svg viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="mp-grid" data-part="{part}grid" d="{grid}"/>'
        f'<path class="mp-python" data-part="{part}python" d="{_line(axes, curve.values)}"/>'
        f'<path class="mp-python mp-mean" data-part="{part}python-mean" '
        f'd="{_line(axes, smoothed(curve.values))}"/>'
        f'<path class="mp-curve" data-part="{part}own" d=""/>'
        f'<path class="mp-curve mp-mean" data-part="{part}own-mean" d=""/>{checks}</svg>'
        f"{_end(axes, curve)}</div>"
        '<div class="mp-axis mp-axis-x" aria-hidden="true"><span style="--mp-at:0">1</span>'
        '<span style="--mp-at:0.5">step</span>'
        f'<span style="--mp-at:1" data-part="{part}last">{integer(axes.steps)}</span></div></div>'
        f'<p class="mp-chart-reading" data-part="{part}reading">{in_words(curve, examples)}</p>'
        f"{_table(curve)}"
    )


def key_html(examples: int) -> str:
    """Returns the legend of the two kinds of line; '' for one kind.

    examples: size of the validation set.
    """
    if not examples:
        return ""
    return (
        '<p class="mp-curve-key"><span>each batch</span>'
        f'<span class="mp-validation">validation, {counted(examples, "example")}</span></p>'
    )


def loss_text(loss: float) -> str:
    """Returns a loss with three digits, and an exponent from 1e5 on; ported to `lossText`."""
    if not 1e5 <= abs(loss) < math.inf:
        return short(loss)
    mantissa, exponent = f"{loss:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", MINUS)


def in_words(curve: Curve, examples: int = 0) -> str:
    """Returns first and last value of the curves, in sentences.

    examples: size of the validation set.
    """
    first, last = curve.text(curve.values[0]), curve.text(curve.values[-1])
    words = (
        f"Python's {NAMES.get(curve.name, curve.name)} goes from {first} to {last} in "
        f"{counted(len(curve.values), 'step')}."
    )
    if not curve.checks:
        return words
    first, last = curve.text(curve.checks[0][1]), curve.text(curve.checks[-1][1])
    validating = (
        f"{integer(examples)} validation examples" if examples != 1 else "one validation example"
    )
    return f"{words} On the {validating}, from {first} to {last}."


def table_steps(steps: int) -> list[int]:
    """Returns the steps with a row: evenly spaced, with the first and last."""
    rows = min(steps, _ROWS)
    return sorted({1 + math.floor(i * (steps - 1) / max(1, rows - 1) + 0.5) for i in range(rows)})


def _line(axes: Axes, losses: Sequence[float]) -> str:
    return "".join(
        f"{'L' if i else 'M'}{_coordinate(axes.across(i + 1))} {_coordinate(1 - axes.up(loss))}"
        for i, loss in enumerate(losses)
    )


def _points(axes: Axes, checks: Sequence[tuple[int, float]]) -> str:
    return "".join(
        f"{'L' if i else 'M'}{_coordinate(axes.across(step))} {_coordinate(1 - axes.up(value))}"
        for i, (step, value) in enumerate(checks)
    )


def _end(axes: Axes, curve: Curve) -> str:
    """Returns the names of the curves, each at the end of its curve."""
    last, part = curve.values[-1], curve.part
    up = min(max(axes.up(last), 0.07), 0.93)
    return (
        f'<span class="mp-line-end" data-part="{part}python-end" style="--mp-at:{up:.4f}">'
        f"Python<br><span>{curve.text(last)}</span></span>"
        f'<span class="mp-tip" data-part="{part}tip" hidden></span>'
        f'<span class="mp-line-end mp-own-end" data-part="{part}own-end" hidden>yours<br><span>'
        "</span></span>"
    )


def _table(curve: Curve) -> str:
    """Returns the table of steps with Python's value and room for the reader's.

    With a validation set, its rows are the steps whose validation was recorded.
    """
    checks = dict(curve.checks)
    places = list(checks) or range(1, len(curve.values) + 1)
    body = "".join(
        f'<tr><th scope="row">{integer(step)}</th><td>{curve.text(curve.values[step - 1])}</td>'
        f"<td>–</td>{f'<td>{curve.text(checks[step])}</td><td>–</td>' if checks else ''}</tr>"
        for step in (places[i - 1] for i in table_steps(len(places)))
    )
    both = '<th scope="col">Python</th><th scope="col">Yours</th>'
    head = f'<tr><th scope="col">Step</th>{both}</tr>'
    if checks:
        head = (
            '<tr><th scope="col" rowspan="2">Step</th><th scope="colgroup" colspan="2">Each batch'
            f'</th><th scope="colgroup" colspan="2">Validation</th></tr><tr>{both}{both}</tr>'
        )
    return (
        f'<details class="mp-twin" data-part="{curve.part}twin"><summary>As a table</summary>'
        f'<table class="mp-table" aria-label="{escape(curve.words)} by step"><thead>{head}</thead>'
        f'<tbody data-part="{curve.part}rows">{body}</tbody></table></details>'
    )


def _coordinate(fraction: float) -> str:
    return f"{fraction * SIZE:.1f}".removesuffix(".0")
