"""Plots in figures: a rectangle of the plane with its axes, drawn as SVG and HTML.

The drawing stretches to the available space, while dots, lines and text keep their size, so a plot
is readable on a phone. `site_assets/src/core/frame.ts` is the port that updates plots.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from modelpress.core.number_format import short, shortest
from modelpress.kinds.registry import attributes

SIZE = 1000  # width and height of the drawing's own coordinates
MANY = 50  # a plot with more points than this draws each smaller
# Colors of the classes of marks, in order; the first two are low and high.
_MARK_COLORS = (
    "var(--mp-negative)",
    "var(--mp-positive)",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
)

Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """The visible rectangle. x, y: lowest and highest value at its edges."""

    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> Point:
        """Returns fractions of the width from the left and the height from the bottom, 0 to 1
        inside."""
        return _share(x, *self.x), _share(y, *self.y)

    def line(self, points: Iterable[Sequence[float]]) -> str:
        """Returns an SVG path through points of the plane."""
        return "".join(f"{'L' if i else 'M'}{self._place(*p)}" for i, p in enumerate(points))

    def dots(self, points: Iterable[Sequence[float]]) -> str:
        """Returns an SVG path with a dot at each point, drawn by its round line ends."""
        return "".join(f"M{self._place(*point)}h0" for point in points)

    def html(self, drawing: str, over: str, *, names: tuple[str, str], **area: object) -> str:
        """Returns the plot's HTML.

        drawing: SVG in the frame's coordinates. over: HTML positioned by `place`. names: of the
        axes. area: attributes of the element of the rectangle.
        """
        x_ticks, y_ticks = ticks(*self.x), ticks(*self.y, most=5)
        grid = "".join(f"M{_coordinate(self.at(v, 0)[0])} 0v{SIZE}" for v in x_ticks)
        grid += "".join(f"M0 {_coordinate(1 - self.at(0, v)[1])}h{SIZE}" for v in y_ticks)
        edges = " ".join(shortest(v) for v in (*self.x, *self.y))
        return (
            f'<div class="mp-plot"><p class="mp-axis-name mp-axis-name-y">{escape(names[1])}</p>'
            f'<div class="mp-axis mp-axis-y" aria-hidden="true">'
            f"{''.join(_tick(self.at(0, v)[1], v) for v in y_ticks)}</div>"
            f'<div class="mp-plot-area"{attributes(data_frame=edges, **area)}>'
            f'<svg viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none" aria-hidden="true">'
            f'<path class="mp-grid" d="{grid}"/>{drawing}</svg>{over}</div>'
            f'<div class="mp-axis mp-axis-x" aria-hidden="true">'
            f"{''.join(_tick(self.at(v, 0)[0], v) for v in x_ticks)}</div>"
            f'<p class="mp-axis-name mp-axis-name-x">{escape(names[0])}</p></div>'
        )

    def holds(self, x: float, y: float) -> bool:
        """Returns whether a point lies inside or on the edge."""
        return all(0 <= share <= 1 for share in self.at(x, y))

    def _place(self, x: float, y: float) -> str:
        across, up = self.at(x, y)
        return f"{_coordinate(across)} {_coordinate(1 - up)}"


def place(frame: Frame, x: float, y: float) -> str:
    """Returns CSS that positions an element of a plot at a point, clipped to the frame."""
    across, up = (min(max(share, 0.0), 1.0) for share in frame.at(x, y))
    return f"--mp-x:{across:.4f};--mp-y:{up:.4f}"


def marks(frame: Frame, points: Sequence[Sequence[Any]]) -> str:
    """Returns dots for points (x, y, class or value), with a colour and a shape per class.

    Two classes are low and high: blue round and orange square, as everywhere. More than two values
    have colours in between. Points outside the frame are omitted.
    """
    drawn = []
    many = " mp-many" if len(points) > MANY else ""
    names = classes(points)
    for number, name in enumerate(names):
        shown = [(x, y) for x, y, found in points if found == name and frame.holds(x, y)]
        path = frame.dots(shown)
        cap = "square" if number % 2 else "round"
        color = _mark_color(number, names)
        drawn.append(
            f'<path class="mp-mark-edge mp-{cap}{many}" d="{path}"/>'
            f'<path class="mp-mark mp-{cap}{many}" style="stroke:{color}" d="{path}"/>'
        )
    return "".join(drawn)


def classes(points: Sequence[Sequence[Any]]) -> list[Any]:
    """Returns the classes among marks, sorted."""
    return sorted({point[2] for point in points}, key=lambda name: (str(type(name)), name))


def _mark_color(number: int, names: Sequence[Any]) -> str:
    if len(names) <= 2 or any(isinstance(name, str) for name in names):
        return _MARK_COLORS[number % len(_MARK_COLORS)]
    share = 2 * _share(names[number], names[0], names[-1]) - 1
    side = "positive" if share > 0 else "negative"
    return f"color-mix(in srgb, var(--mp-{side}) {abs(share) * 100:.0f}%, var(--mp-paper))"


def around(values: Iterable[float]) -> tuple[float, float]:
    """Returns a range that contains all finite values, with a margin on both sides."""
    finite = [float(value) for value in values if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    room = (high - low) * 0.06 or max(abs(high), 1.0) * 0.5
    return low - room, high + room


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Returns at most `most` round numbers (steps of 1, 2 or 5) from `low` to `high`."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10, 20) if m * power * most >= (high - low) * 0.999999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def _tick(at: float, value: float) -> str:
    return f'<span style="--mp-at:{at:.4f}">{short(value)}</span>'


def _share(value: float, low: float, high: float) -> float:
    return (float(value) - low) / (high - low)


def _coordinate(share: float) -> str:
    return f"{share * SIZE:.1f}".removesuffix(".0")
