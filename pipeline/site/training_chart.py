"""The loss by step: Python's recorded curve, drawn so that it is there without scripts.

The reader's own curve is drawn over it by `site_assets/src/elements/trainer-chart.ts`, the twin,
which draws the same picture for the same losses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pipeline.numerals import MINUS, integer, short
from pipeline.plot import SIZE, around, ticks

LOG_FROM = 100  # ratio of largest to smallest loss from which the axis is logarithmic
_MARGIN = 1.3  # of a logarithmic axis, to both sides
_TICKS = 5  # at most so many values at the axis of losses
_ROWS = 11  # of the table


@dataclass(frozen=True)
class Axes:
    """Steps 1 to `steps`, losses `low` to `high`."""

    steps: int
    low: float
    high: float
    log: bool

    def across(self, step: int) -> float:
        """Share of the width from the left."""
        return (step - 1) / max(1, self.steps - 1)

    def up(self, loss: float) -> float:
        """Share of the height from the bottom, held inside."""
        low, high = self.low, self.high
        if self.log:
            low, high, loss = math.log10(low), math.log10(high), math.log10(max(loss, low))
        return min(max((loss - low) / (high - low), 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Round losses; powers of ten on a logarithmic axis."""
        if not self.log:
            return ticks(self.low, self.high, most=_TICKS)
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        every = -(-(last - first + 1) // _TICKS)
        return [float(f"1e{power}") for power in range(first, last + 1, every)]


def axes_for(steps: int, losses: Sequence[float]) -> Axes:
    """Axes that hold these losses: logarithmic where they span more than two decades. A loss of
    zero then lies on the lower edge."""
    above = [loss for loss in losses if 0 < loss < math.inf]
    if above and max(above) / min(above) > LOG_FROM:
        return Axes(steps, min(above) / _MARGIN, max(above) * _MARGIN, True)
    return Axes(steps, *around(losses), False)


def chart_html(losses: Sequence[float], loss_words: str, key: str) -> str:
    """The plot with Python's curve, the sentence and the table that say the same.

    losses: of each recorded step. loss_words: what the loss is. key: prefix of ids.
    """
    axes = axes_for(len(losses), losses)
    levels = [(loss, axes.up(loss)) for loss in axes.ticks()]
    grid = "".join(f"M0 {_coordinate(1 - up)}h{SIZE}" for _, up in levels)
    marks = "".join(f'<span style="--mp-at:{up:.4f}">{loss_text(v)}</span>' for v, up in levels)
    return (
        f'<div class="mp-plot mp-loss-plot"><p class="mp-axis-name mp-axis-name-y" id="{key}-axis">'
        f'<span data-part="loss-name">{escape(loss_words)}</span>'
        f'<span data-part="log">{", logarithmic" if axes.log else ""}</span></p>'
        f'<div class="mp-axis mp-axis-y" data-part="ticks" aria-hidden="true">{marks}</div>'
        f'<div class="mp-plot-area" data-part="area" data-log="{str(axes.log).lower()}">'
        f'<svg viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="mp-grid" data-part="grid" d="{grid}"/>'
        f'<path class="mp-python" data-part="python" d="{_line(axes, losses)}"/>'
        '<path class="mp-curve" data-part="own" d=""/></svg>'
        f"{_end(axes, losses)}</div>"
        '<div class="mp-axis mp-axis-x" aria-hidden="true"><span style="--mp-at:0">1</span>'
        '<span style="--mp-at:0.5">step</span>'
        f'<span style="--mp-at:1" data-part="last">{integer(axes.steps)}</span></div></div>'
        f'<p class="mp-chart-reading" data-part="reading">{in_words(losses)}</p>'
        f"{_table(losses, loss_words)}"
    )


def loss_text(loss: float) -> str:
    """A loss in three digits, with an exponent where it is huge; `lossText` is its twin."""
    if not 1e5 <= abs(loss) < math.inf:
        return short(loss)
    mantissa, exponent = f"{loss:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", MINUS)


def in_words(losses: Sequence[float]) -> str:
    """What the recorded curve shows, in a sentence."""
    steps = integer(len(losses))
    first, last = loss_text(losses[0]), loss_text(losses[-1])
    return f"Python's loss goes from {first} to {last} in {steps} steps."


def table_steps(steps: int) -> list[int]:
    """The steps that have a row: first, last and what lies evenly between."""
    rows = min(steps, _ROWS)
    return sorted({1 + math.floor(i * (steps - 1) / max(1, rows - 1) + 0.5) for i in range(rows)})


def _line(axes: Axes, losses: Sequence[float]) -> str:
    return "".join(
        f"{'L' if i else 'M'}{_coordinate(axes.across(i + 1))} {_coordinate(1 - axes.up(loss))}"
        for i, loss in enumerate(losses)
    )


def _end(axes: Axes, losses: Sequence[float]) -> str:
    """The names of the curves, each at the height where its curve ends."""
    up = min(max(axes.up(losses[-1]), 0.07), 0.93)
    return (
        f'<span class="mp-line-end" data-part="python-end" style="--mp-at:{up:.4f}">'
        f"Python<br><span>{loss_text(losses[-1])}</span></span>"
        '<span class="mp-tip" data-part="tip" hidden></span>'
        '<span class="mp-line-end mp-own-end" data-part="own-end" hidden>yours<br><span></span>'
        "</span>"
    )


def _table(losses: Sequence[float], loss_words: str) -> str:
    body = "".join(
        f'<tr><th scope="row">{integer(step)}</th><td>{loss_text(losses[step - 1])}</td>'
        "<td>–</td></tr>"
        for step in table_steps(len(losses))
    )
    return (
        '<details class="mp-twin" data-part="twin"><summary>As a table</summary>'
        f'<table class="mp-table" aria-label="{escape(loss_words)} by step"><thead><tr>'
        '<th scope="col">Step</th><th scope="col">Python</th><th scope="col">Yours</th></tr>'
        f'</thead><tbody data-part="rows">{body}</tbody></table></details>'
    )


def _coordinate(share: float) -> str:
    return f"{share * SIZE:.1f}".removesuffix(".0")
