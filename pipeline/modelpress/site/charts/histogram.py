"""A histogram as HTML, with flags at single values.

`site_assets/src/figures/seeds/seeds.ts` adds the reader's own value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import quantiles

from modelpress.core.number_format import counted, integer, short
from modelpress.kinds.plot_html import SIZE, ticks

LOG_FROM = 100  # ratio of largest to smallest value from which the axis is logarithmic
JOINER = "\u2060"  # prevents a line break
_FEWEST = 12  # values from which outliers are told from the others
_FAR = 3  # interquartile ranges beyond a quartile from which a value is an outlier
_WIDER = 4  # ratio of all values' range to the others' from which outliers stand apart
_OUTLIERS = 0.1  # largest fraction of values that are outliers
_ROOM = 0.7  # height of the highest bar, as a fraction of the plot's; flags use the rest
_MOST_DIGITS = 8
_LEFT = 0.6  # fraction of the width from which a flag's words are on its left


@dataclass(frozen=True)
class Bin:
    """Values in [low, high); the last bin includes `high`.

    span: its place on the axis where that is another: outliers stand beside the others.
    """

    low: float
    high: float
    count: int
    span: tuple[float, float] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Left and right end on the axis."""
        return self.span or (self.low, self.high)


@dataclass(frozen=True)
class Histogram:
    """A histogram and its axis.

    bins: of equal width along the axis, from minimum to maximum; values far from the others are in
    a bin of their own, at the axis' end. low, high: ends of the axis.
    digits: number of significant digits that distinguish its values.
    """

    bins: list[Bin]
    low: float
    high: float
    log: bool
    digits: int

    def across(self, value: float) -> float:
        """Returns the position from the left as a fraction of the width, clipped to [0, 1]."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        return min(max((self._scaled(value) - low) / (high - low), 0.0), 1.0)

    def text(self, value: float) -> str:
        """Returns a value of the axis as text without line breaks."""
        return short(float(f"{value:.12g}"), self.digits).replace("-", f"-{JOINER}")

    def ticks(self) -> list[float]:
        """Returns round values; powers of ten on a logarithmic axis."""
        if not self.log:
            return ticks(self.low, self.high, most=5)
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        every = max(1, -(-(last - first + 1) // 5))
        return [float(f"1e{power}") for power in range(first, last + 1, every)]

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, self.low)) if self.log else value


def histogram(values: Sequence[float]) -> Histogram:
    """Returns the histogram of at least one finite value.

    The axis is logarithmic if all values are positive and span more than two decades.
    """
    least, most = min(values), max(values)
    log = least > 0 and most / least > LOG_FROM
    digits = _digits(least, most)
    if least == most:
        room = abs(least) * 0.05 or 0.5
        return Histogram(
            [Bin(least - room / 5, least + room / 5, len(values))],
            *(least - room, least + room, False, digits),
        )
    core = _core(values, log)
    least, most = min(core), max(core)
    log = least > 0 and most / least > LOG_FROM
    digits = max(digits, _digits(least, most))
    count = min(24, max(8, math.ceil(2 * math.sqrt(len(core)))))
    low, high = (math.log10(least), math.log10(most)) if log else (least, most)
    edges = [low + (high - low) * i / count for i in range(count + 1)]
    edges = [10**edge for edge in edges] if log else edges
    edges[0], edges[-1] = least, most  # exact, without rounding errors of log and power
    inner = edges[1:-1]
    counts = [0] * count
    for value in core:
        counts[sum(value >= edge for edge in inner)] += 1
    bins = [Bin(edges[i], edges[i + 1], counts[i]) for i in range(count)]
    width = (high - low) / count
    ends = (low - 0.75 * width, high + 0.75 * width)

    def at(place: float) -> float:
        return float(10**place) if log else place

    below = [value for value in values if value < least]
    above = [value for value in values if value > most]
    if below:
        span = (at(low - 2.5 * width), at(low - 1.5 * width))
        bins.insert(0, Bin(min(below), max(below), len(below), span))
        ends = (low - 3.25 * width, ends[1])
    if above:
        span = (at(high + 1.5 * width), at(high + 2.5 * width))
        bins.append(Bin(min(above), max(above), len(above), span))
        ends = (ends[0], high + 3.25 * width)
    return Histogram(bins, at(ends[0]), at(ends[1]), log, digits)


def _core(values: Sequence[float], log: bool) -> Sequence[float]:
    """Returns the values without a few that are so far away that the others would be one bar."""
    if len(values) < _FEWEST:
        return values
    places = [math.log10(value) for value in values] if log else list(values)
    lower, _, upper = quantiles(places, n=4)
    reach = _FAR * (upper - lower)
    low, high = lower - reach, upper + reach
    near = [place for place in places if low <= place <= high]
    spread = max(near) - min(near) if near else 0.0
    far = max(places) - min(places) > _WIDER * spread > 0
    if not far or len(near) < (1 - _OUTLIERS) * len(values):
        return values
    return [value for value, place in zip(values, places, strict=True) if low <= place <= high]


def histogram_html(drawn: Histogram, names: tuple[str, str], flags: str) -> str:
    """Returns the plot. names: of the x and y axes. flags: HTML over the plot."""
    top = max(each.count for each in drawn.bins) / _ROOM
    counts = [value for value in ticks(0, top * _ROOM, most=4) if value == int(value)]
    levels = [(value, value / top) for value in counts]
    grid = "".join(f"M0 {_coordinate(1 - up)}h{SIZE}" for _, up in levels)
    bars = "".join(_bar(drawn, each, each.count / top) for each in drawn.bins if each.count)
    y_marks = "".join(
        f'<span style="--mp-at:{up:.4f}">{integer(int(value))}</span>' for value, up in levels
    )
    core = [each for each in drawn.bins if each.span is None]
    left, right = (
        (core[0].low, core[-1].high) if len(core) < len(drawn.bins) else (drawn.low, drawn.high)
    )
    marks = [(value, drawn.text(value)) for value in drawn.ticks() if left <= value <= right]
    marks += [
        (_middle(drawn, each.span), drawn.text(each.low if each.low == each.high else each.high))
        for each in drawn.bins
        if each.span
    ]
    x_marks = "".join(
        f'<span style="--mp-at:{drawn.across(value):.4f}">{text}</span>' for value, text in marks
    )
    scale = ", logarithmic" if drawn.log else ""
    if far := sum(each.count for each in drawn.bins if each.span):
        scale += f"; {counted(far, 'value')} far away, not to scale"
    return (
        f'<div class="mp-plot mp-histogram"><p class="mp-axis-name mp-axis-name-y">'
        f'{escape(names[1])}</p><div class="mp-axis mp-axis-y" aria-hidden="true">{y_marks}</div>'
        '<div class="mp-plot-area" data-part="area">'
        f'<svg viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="mp-grid" d="{grid}"/><path class="mp-bar" d="{bars}"/></svg>{flags}</div>'
        f'<div class="mp-axis mp-axis-x" aria-hidden="true">{x_marks}</div>'
        f'<p class="mp-axis-name mp-axis-name-x">{escape(names[0])}{scale}</p></div>'
    )


def _middle(drawn: Histogram, span: tuple[float, float]) -> float:
    left, right = span
    return math.sqrt(left * right) if drawn.log else (left + right) / 2


def flag_html(part: str, words: str, at: float | None) -> str:
    """Returns a line with words at its top. at: position from the left; None hides the flag."""
    side = "left" if at is not None and at > _LEFT else "right"
    hidden = " hidden" if at is None else ""
    return (
        f'<span class="mp-flag" data-part="{part}" data-side="{side}" '
        f'style="--mp-at:{at or 0:.4f}"{hidden}><span>{escape(words)}</span></span>'
    )


def bin_words(drawn: Histogram, each: Bin) -> str:
    """Returns the range of a bin: `0.1 to 0.2`."""
    if len(drawn.bins) == 1 or each.low == each.high:
        return drawn.text((each.low + each.high) / 2)
    return f"{drawn.text(each.low)} to {drawn.text(each.high)}"


def _bar(drawn: Histogram, each: Bin, up: float) -> str:
    left, right = (drawn.across(end) for end in each.ends)
    return f"M{_coordinate(left)} {SIZE}V{_coordinate(1 - up)}H{_coordinate(right)}V{SIZE}Z"


def _digits(least: float, most: float) -> int:
    """Returns the digits that resolve a fiftieth of the range, from 3 to `_MOST_DIGITS`."""
    if least == most:
        return 3
    step, size = (most - least) / 50, max(abs(least), abs(most))
    if least > 0 and most / least > LOG_FROM:
        return 3
    return min(_MOST_DIGITS, max(3, math.ceil(math.log10(size / step))))


def _coordinate(fraction: float) -> str:
    return f"{fraction * SIZE:.1f}".removesuffix(".0")
