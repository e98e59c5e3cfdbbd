"""The plot of two trainings: Python's curves, rendered for pages without scripts.

Ported to `site_assets/src/figures/failure/chart.ts`, which draws the reader's curves over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from modelpress.core.number_format import integer, percent
from modelpress.kinds.plot_html import SIZE
from modelpress.schema.failure import CourseName
from modelpress.schema.live import LiveRun
from modelpress.site.charts.training_axes import Axes, axes_for
from modelpress.site.charts.training_chart import loss_text

_APART, _EDGE = 0.26, 0.07  # least distance of the curves' names from each other and from the edges
_ROWS = 11  # most rows of the table
_NAMES = {"wrong": "gone wrong", "repaired": "repaired"}


@dataclass(frozen=True)
class Course:
    """One training.

    losses: loss of each step's batch. points: (step, value) of its curve. live: its recording.
    """

    name: str
    losses: Sequence[float]
    points: Sequence[tuple[int, float]]
    live: LiveRun

    @property
    def steps(self) -> int:
        return len(self.losses)


def chart_html(courses: Mapping[CourseName, Course], curve: str, words: str, key: str) -> str:
    """Returns the plot, with its sentence and table. words: what the curves show."""
    axes = axes_of(list(courses.values()), curve)
    levels = [(value, axes.up(value)) for value in axes.ticks()]
    grid = "".join(f"M0 {_coordinate(1 - up)}h{SIZE}" for _, up in levels)
    marks = "".join(
        f'<span style="--mp-at:{up:.4f}">{value_text(value, curve)}</span>' for value, up in levels
    )
    paths = "".join(
        f'<path class="mp-python mp-{name}" data-part="{name}-python" d="{_line(axes, c.points)}"/>'
        for name, c in courses.items()
    ) + "".join(
        f'<path class="mp-curve mp-{name}" data-part="{name}-own" d=""/>' for name in courses
    )
    return (
        f'<div class="mp-plot mp-loss-plot" data-curve="{curve}">'
        f'<p class="mp-axis-name mp-axis-name-y"><span>{escape(words)}</span>'
        f'<span data-part="log">{", logarithmic" if axes.log else ""}</span></p>'
        f'<div class="mp-axis mp-axis-y" data-part="ticks" aria-hidden="true">{marks}</div>'
        f'<div class="mp-plot-area" data-part="area">'
        f'<svg viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="mp-grid" data-part="grid" d="{grid}"/>{paths}</svg>'
        f"{_ends(axes, courses, curve)}</div>"
        f'<div class="mp-axis mp-axis-x" aria-hidden="true"><span style="--mp-at:0">1</span>'
        '<span style="--mp-at:0.5">step</span>'
        f'<span style="--mp-at:1">{integer(axes.steps)}</span></div></div>'
        f'<p class="mp-chart-reading" data-part="reading">{in_words(courses, curve)}</p>'
        f"{_table(courses, curve, words)}"
    )


def axes_of(courses: Sequence[Course], curve: str) -> Axes:
    """Returns axes that contain all curves; for an accuracy, from 0 to 1."""
    steps = max(course.steps for course in courses)
    if curve.endswith("accuracy"):
        return Axes(steps, 0, 1, False)
    return axes_for(steps, [value for course in courses for _, value in course.points])


def value_text(value: float, curve: str) -> str:
    """Returns a value of the curve as text."""
    return percent(value) if curve.endswith("accuracy") else loss_text(value)


def in_words(courses: Mapping[CourseName, Course], curve: str) -> str:
    """Returns a sentence with first and last value of each curve."""
    ranges = [
        f"{_NAMES[name]}, from {value_text(course.points[0][1], curve)} to "
        f"{value_text(course.points[-1][1], curve)}"
        for name, course in courses.items()
    ]
    name = "accuracy" if curve.endswith("accuracy") else "loss"
    return f"Python's {name}: {'; '.join(ranges)}."


def _line(axes: Axes, points: Sequence[tuple[int, float]]) -> str:
    return "".join(
        f"{'L' if i else 'M'}{_coordinate(axes.across(step))} {_coordinate(1 - axes.up(value))}"
        for i, (step, value) in enumerate(points)
    )


def _ends(axes: Axes, courses: Mapping[CourseName, Course], curve: str) -> str:
    """Returns the names of the curves, each near the end of Python's curve."""
    heights = _spread([axes.up(course.points[-1][1]) for course in courses.values()])
    ends = "".join(
        f'<span class="mp-line-end mp-{name}-end" data-part="{name}-end" style="--mp-at:{up:.4f}">'
        f"{_NAMES[name]}<br><span>{value_text(course.points[-1][1], curve)}</span></span>"
        for (name, course), up in zip(courses.items(), heights, strict=True)
    )
    tips = "".join(
        f'<span class="mp-tip mp-{name}-tip" data-part="{name}-tip" hidden></span>'
        for name in courses
    )
    return ends + tips


def _spread(ups: Sequence[float]) -> list[float]:
    """Returns two heights, moved apart if the names would overlap."""
    one, other = (min(max(up, _EDGE), 1 - _EDGE) for up in ups)
    if abs(one - other) >= _APART:
        return [one, other]
    middle = min(max((one + other) / 2, _EDGE + _APART / 2), 1 - _EDGE - _APART / 2)
    sign = 1 if ups[0] >= ups[1] else -1
    return [middle + sign * _APART / 2, middle - sign * _APART / 2]


def table_rows(points: Sequence[tuple[int, float]]) -> list[int]:
    """Returns the indices of the points with a row: evenly spaced, with the first and last."""
    rows = min(len(points), _ROWS)
    last = len(points) - 1
    return sorted(
        {(2 * i * last + max(1, rows - 1)) // (2 * max(1, rows - 1)) for i in range(rows)}
    )


def _table(courses: Mapping[CourseName, Course], curve: str, words: str) -> str:
    """Returns the table of Python's curves at some steps; scripts add the reader's values."""
    wrong, repaired = courses.values()
    both = dict(repaired.points)
    body = "".join(
        f'<tr><th scope="row">{integer(step)}</th><td>{value_text(value, curve)}</td>'
        f"<td>{value_text(both[step], curve) if step in both else '–'}</td>"
        "<td>–</td><td>–</td></tr>"
        for step, value in (wrong.points[i] for i in table_rows(wrong.points))
    )
    heads = "".join(
        f'<th scope="col">{who}, {name}</th>'
        for who in ("Python", "Yours")
        for name in _NAMES.values()
    )
    return (
        '<details class="mp-twin" data-part="twin"><summary>As a table</summary>'
        f'<table class="mp-table" aria-label="{escape(words)} by step"><thead><tr>'
        f'<th scope="col">Step</th>{heads}</tr></thead>'
        f'<tbody data-part="rows">{body}</tbody></table></details>'
    )


def _coordinate(fraction: float) -> str:
    return f"{fraction * SIZE:.1f}".removesuffix(".0")
