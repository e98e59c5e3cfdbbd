"""Curves: a chart for each metric of a training, drawn by Matplotlib as SVG for the page itself.

Text stays text and every color is one of the page's tokens, so that a chart follows the scheme and
the reader's font. Drawn for the width of a phone; equal histories give equal bytes.
"""

from __future__ import annotations

import io
import re
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from modelpress.core.number_format import MINUS, short

# Stand-ins that Matplotlib can draw with → tokens.
_TOKENS = {
    "#010203": "var(--mp-ink)",
    "#010204": "var(--mp-ink-soft)",
    "#010205": "var(--mp-hairline)",
    "#010206": "var(--mp-accent)",
}
_INK, _SOFT, _HAIRLINE, _ACCENT = _TOKENS
_POINTS = 72  # Matplotlib's SVG unit: one pixel of the drawing
_WIDTH, _HEIGHT = 340, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 262, 12, 164  # of the plot, in pixels of the drawing
_COLUMNS = 108  # of the plot that can be told apart: two pixels each
_READ = 200  # values kept for reading off
_LOG_FROM = 200  # ratio of largest to smallest from which the axis is logarithmic


def charts(history: dict[str, list[float]], unit: str) -> list[dict[str, Any]]:
    """A chart for each metric recorded at two steps or more.

    unit: what a step is, "epoch" or "step". Each chart: metric, unit, log, svg (a whole element),
    plot (left, top, right, bottom in units of the viewBox), x and y (first and last value of the
    axes), steps (numbers from 1) and series (name, values at these steps) to read off and to put
    in a table.
    """
    made = []
    for metric, values in history.items():
        if metric.startswith("val_") and metric.removeprefix("val_") in history:
            continue
        if len(values) < 2:
            continue
        series = {"train": values}
        if len(history.get(f"val_{metric}", ())) == len(values):
            series["validation"] = history[f"val_{metric}"]
        made.append(_chart(metric, series, unit))
    return made


def _chart(metric: str, series: dict[str, list[float]], unit: str) -> dict[str, Any]:
    steps = len(series["train"])
    every = np.array([v for values in series.values() for v in values])
    log = bool(every.min() > 0 and every.max() / every.min() > _LOG_FROM)
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": f"modelpress-{metric}", "font.size": 12.5}
    ):
        figure = Figure(figsize=(_WIDTH / _POINTS, _HEIGHT / _POINTS), dpi=_POINTS)
        axes = figure.add_axes(
            (
                _LEFT / _WIDTH,
                1 - _BOTTOM / _HEIGHT,
                (_RIGHT - _LEFT) / _WIDTH,
                (_BOTTOM - _TOP) / _HEIGHT,
            )
        )
        _dress(axes, unit, steps, every, log)
        single = len(series) == 1
        ends = _spread([_place(axes, values[-1]) for values in series.values()])
        for number, (name, values) in enumerate(series.items()):
            color = _ACCENT if single or number == 1 else _SOFT
            x, y = _thinned(np.array(values))
            axes.plot(x, y, color=color, linewidth=1.8, solid_joinstyle="round", gid=f"line-{name}")
            label = short(values[-1]) if single else f"{name} {short(values[-1])}"
            lines = label.replace(" ", "\n", 1) if not single else label
            axes.annotate(
                lines, (1, ends[number]), (7, 0), xycoords="axes fraction",
                textcoords="offset points", color=_INK if color == _ACCENT else _SOFT,
                va="center", linespacing=1.05,
            )  # fmt: skip
        low, high = axes.get_ylim()
        svg = io.StringIO()
        figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None})
    kept = np.unique(np.linspace(0, steps - 1, min(steps, _READ)).round().astype(int))
    return {
        "metric": metric,
        "unit": unit,
        "log": log,
        "svg": _tokens(svg.getvalue()),
        "plot": [_LEFT, _TOP, _RIGHT, _BOTTOM],
        "x": [1, steps],
        "y": [float(low), float(high)],
        "steps": (kept + 1).tolist(),
        "series": [
            {"name": name, "values": [float(f"{values[i]:.4g}") for i in kept]}
            for name, values in series.items()
        ],
    }


def _dress(axes: Any, unit: str, steps: int, values: npt.NDArray[Any], log: bool) -> None:
    """Axes with a range, a few round ticks and hairlines."""
    axes.set_xlim(1, steps)
    if log:
        axes.set_yscale("log")
    else:
        pad = 0.06 * (values.max() - values.min()) or 0.5 * abs(values.max()) or 1.0
        axes.set_ylim(values.min() - pad, values.max() + pad)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(lambda value, _: short(float(f"{value:.6g}")))
    if log:
        axes.set_ylim(values.min() / 1.3, values.max() * 1.3)
        axes.yaxis.set_major_formatter(lambda value, _: _power(value))
        axes.yaxis.set_minor_formatter(lambda value, _: "")
    axes.set_xticks([1, steps])
    axes.set_xlabel(unit, color=_SOFT, labelpad=-8)
    for name in ("top", "right", "left"):
        axes.spines[name].set_visible(False)
    axes.spines["bottom"].set_color(_HAIRLINE)
    axes.yaxis.grid(True, color=_HAIRLINE, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", length=0, labelcolor=_SOFT, pad=5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{round(value)}")


def _power(value: float) -> str:
    exponent = round(np.log10(value))
    return f"{value:g}" if -3 <= exponent <= 3 else f"1e{exponent}".replace("-", MINUS)


def _place(axes: Any, value: float) -> float:
    """Height of a value in the plot, from 0 to 1."""
    place = axes.transData.transform((1, value))
    return float(axes.transAxes.inverted().transform(place)[1])


def _spread(ends: list[float], apart: float = 0.24) -> list[float]:
    """Two labels' heights, moved apart where they would overlap."""
    if len(ends) < 2 or abs(ends[0] - ends[1]) >= apart:
        return [min(max(end, 0.08), 0.92) for end in ends]
    middle = min(max(sum(ends) / 2, 0.08 + apart / 2), 0.92 - apart / 2)
    up = 1 if ends[0] >= ends[1] else -1
    return [middle + up * apart / 2, middle - up * apart / 2]


def _thinned(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Steps and values that draw the same line: first, lowest, highest and last of each column of
    pixels (M4; Jugel et al., VLDB 2014)."""
    steps = np.arange(1, len(values) + 1)
    if len(values) <= 4 * _COLUMNS:
        return steps, values
    kept: set[int] = set()
    for column in np.array_split(np.arange(len(values)), _COLUMNS):
        part = values[column]
        kept |= {int(column[i]) for i in (0, part.argmin(), part.argmax(), -1)}
    chosen = sorted(kept)
    return steps[chosen], values[chosen]


def _tokens(svg: str) -> str:
    """The SVG element alone, in the page's colors and font."""
    svg = svg[svg.index("<svg") :]
    for stand_in, token in _TOKENS.items():
        svg = svg.replace(stand_in, token)
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<svg [^>]*viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1">', svg, count=1)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: var(--mp-text)", svg)
    svg = re.sub(r' transform="rotate\(-0[^"]*"', "", svg)
    svg = re.sub(r' id="(?!line-|p[0-9a-f]{10}")[^"]*"', "", svg)  # unique on the page: the clip's
    svg = re.sub(r'(?<= d=")[^"]*', lambda found: _short_path(found[0]), svg)
    svg = re.sub(r' id="line-', ' data-series="', svg)
    return re.sub(r">\s+<", "><", svg).strip()


def _short_path(path: str) -> str:
    """A path's numbers to a hundredth of a pixel, its lines joined."""
    return re.sub(r"\d+\.\d+", lambda n: f"{float(n[0]):.2f}", " ".join(path.split()))
