"""The plane in which a reader sets a point: of its own input kind, or over an output's map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modelpress.core.number_format import MINUS, shortest
from modelpress.kinds.plot_html import Frame, marks, place
from modelpress.kinds.registry import attributes


def plane(
    spec: Mapping[str, Any],
    text: str,
    drawing: str = "",
    drawn: Sequence[Any] = (),
    label: str = "",
) -> str:
    """Returns the HTML of the plane described by `spec`, of the input kind `points`.

    text: the input's canonical text: the current point, then the kept points. drawing: SVG below
    the points. drawn: marks besides the input's own, (x, y, class) each. label: text beside the
    current point.
    """
    frame = Frame((spec["x"][0], spec["x"][1]), (spec["y"][0], spec["y"][1]))
    present, *kept = read(text)
    names = (str(spec["names"][0]), str(spec["names"][1]))
    pins = "".join(
        f'<span class="mp-kept" style="{place(frame, *point)}">{number}</span>'
        for number, point in enumerate(kept, 1)
    )
    handle = attributes(
        data_part="point",
        role="slider",
        tabindex=0,
        aria_label=f"Point in the plane of {names[0]} and {names[1]}",
        aria_valuemin=shortest(frame.x[0]),
        aria_valuemax=shortest(frame.x[1]),
        aria_valuenow=shortest(present[0]),
        aria_valuetext=words(present),
        style=place(frame, *present),
    )
    # A mark that is in both lists is drawn once.
    points = list({tuple(mark): mark for mark in [*spec["marks"], *drawn]}.values())
    return frame.html(
        drawing + marks(frame, points),
        f'<span class="mp-pins" data-part="pins">{pins}</span>'
        f'<span class="mp-point"{handle}><span class="mp-point-text" data-part="point-text">'
        f"{label}</span></span>",
        names=names,
        data_part="plane",
    )


def read(text: str) -> list[tuple[float, float]]:
    """Returns the points of a canonical text, `0.5,0.25;0,1`: the current one first."""
    pairs = (point.split(",") for point in text.split(";"))
    return [(float(x), float(y)) for x, y in pairs]


def words(point: Sequence[float]) -> str:
    """Returns a point as shown to readers: (0.5, −1)."""
    return "(" + ", ".join(shortest(float(v)).replace("-", MINUS) for v in point) + ")"
