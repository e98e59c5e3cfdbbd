"""Digits as lines of a pen: splines through points drawn for this project, shaken a little.

`digit_strokes.json` holds, for each digit, the ways to write it: `weight` (how often, relative),
`aspect` (width for a height of 1) and `strokes`, each a list of points `[x, y]` with x to the right
and y down, both about 0 to 1. `[x, y, 1]` is a corner: the spline does not round it.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Array = npt.NDArray[np.float32]

POINTS = 96
"""Points in one digit's line, shared out among its strokes by their length."""

JITTER = 0.05
"""Standard deviation of a control point's shift, in heights of the digit."""

TRIM = 0.05
"""Standard deviation of the part by which a stroke ends early, at either end."""

BLENDED = 0.5
"""Part of the digits that lie between two ways of writing, where two are alike enough."""

_ALIKE = 0.14
"""Two ways of writing are alike if their lines are this near on average, in heights."""

_STEPS = 80
"""Points computed along a stroke before it is shared out evenly."""


@dataclass(frozen=True)
class Way:
    """One way to write a digit. strokes: control points (m, 2) in heights of the digit; corners:
    for each stroke, the indices of the points where one spline ends and the next begins, with the
    first and the last; points: for each stroke, how many of the line's points it has."""

    weight: float
    strokes: tuple[Array, ...]
    corners: tuple[tuple[int, ...], ...]
    points: tuple[int, ...]


@cache
def ways() -> dict[int, tuple[Way, ...]]:
    """The ways to write each digit, as the file has them."""
    text = (Path(__file__).parent / "digit_strokes.json").read_text(encoding="utf-8")
    return {int(digit): tuple(map(_way, drawn)) for digit, drawn in json.loads(text).items()}


def stroke_lines(digits: npt.NDArray[np.uint8], rng: np.random.Generator) -> Array:
    """A line for each of `digits` (N,): points (N, POINTS, 2) as x and y in heights of the
    digit."""
    lines = np.empty((len(digits), POINTS, 2), np.float32)
    for digit, known in ways().items():
        rows = np.flatnonzero(digits == digit)
        weights = np.array([way.weight for way in known])
        first = rng.choice(len(known), len(rows), p=weights / weights.sum())
        lines[rows] = _written(known, first, rng)
        blended = np.flatnonzero(rng.random(len(rows)) < BLENDED)
        first, rows = first[blended], rows[blended]
        second = _partners(digit)[first, rng.integers(len(known), size=len(rows))]
        share = rng.random((len(rows), 1, 1), np.float32)
        lines[rows] += share * (_written(known, second, rng) - lines[rows])
    return lines


@cache
def _partners(digit: int) -> npt.NDArray[np.intp]:
    """(ways, ways): in row i, the ways alike to way i (itself at least), repeated to fill it."""
    plain = [_line(way, [stroke[None] for stroke in way.strokes])[0] for way in ways()[digit]]
    known = ways()[digit]
    table = np.empty((len(known), len(known)), dtype=np.intp)
    for i, way in enumerate(known):
        alike = [
            j
            for j, other in enumerate(known)
            if len(other.strokes) == len(way.strokes)
            and np.linalg.norm(plain[i] - plain[j], axis=1).mean() < _ALIKE
        ]
        table[i] = np.resize(alike, len(known))
    return table


def _written(
    known: tuple[Way, ...], chosen: npt.NDArray[np.intp], rng: np.random.Generator
) -> Array:
    lines = np.empty((len(chosen), POINTS, 2), np.float32)
    for index, way in enumerate(known):
        rows = np.flatnonzero(chosen == index)
        if len(rows):
            lines[rows] = _shaken(way, len(rows), rng)
    return lines


def _shaken(way: Way, count: int, rng: np.random.Generator) -> Array:
    """`count` lines of one way of writing, no two alike."""
    strokes = []
    for stroke in way.strokes:
        shift = rng.standard_normal((count, *stroke.shape), np.float32) * np.float32(JITTER)
        if len(stroke) > 4:  # neighbours shift together: a hand does not tremble
            beside = shift[:, :-2] + shift[:, 2:]
            shift[:, 1:-1] = np.float32(0.5) * shift[:, 1:-1] + np.float32(0.35) * beside
        if len(way.strokes) > 1:
            shift += rng.standard_normal((count, 1, 2), np.float32) * np.float32(0.8 * JITTER)
        strokes.append(stroke + shift)
    low, high = np.abs(rng.standard_normal((2, len(strokes), count), np.float32) * np.float32(TRIM))
    return _line(way, strokes, low, 1 - high)


def _line(
    way: Way, strokes: list[Array], low: Array | None = None, high: Array | None = None
) -> Array:
    """The points (N, POINTS, 2) along the splines through `strokes`, each (N, m, 2); low, high:
    (strokes, N), the parts of each stroke's points between which it is drawn."""
    parts = []
    for index, (stroke, corners, points) in enumerate(
        zip(strokes, way.corners, way.points, strict=True)
    ):
        dense = _curve(stroke, corners, way.strokes[index])
        steps = np.linspace(0, 1, points, dtype=np.float32)[None]
        if low is not None and high is not None:
            start, end = low[index][:, None], high[index][:, None]
            steps = start + (end - start) * steps
        parts.append(_taken(dense, np.broadcast_to(steps, (len(stroke), points))))
    return np.concatenate(parts, axis=1)


def _curve(stroke: Array, corners: tuple[int, ...], nominal: Array) -> Array:
    """Points close together along one stroke: a rounded spline from corner to corner."""
    lengths = np.linalg.norm(np.diff(nominal, axis=0), axis=1)
    parts = []
    for begin, end in itertools.pairwise(corners):
        count = max(4, round(_STEPS * float(lengths[begin:end].sum() / lengths.sum())))
        parts.append(_rounded(end - begin + 1, count) @ stroke[:, begin : end + 1])
    return np.concatenate(parts, axis=1)


@cache
def _rounded(controls: int, count: int) -> Array:
    """The weights (count, controls) of the control points of a spline that is rounded a little
    between its ends, where it is long enough."""
    weights = _spline(controls, count)
    if count > 12:
        blurred = ndimage.gaussian_filter1d(weights, 2.5, axis=0, mode="nearest")
        weights = np.vstack([weights[:1], blurred[1:-1], weights[-1:]])
    return weights.astype(np.float32)


@cache
def _spline(controls: int, count: int) -> npt.NDArray[np.float64]:
    """The weights (count, controls) of a Catmull-Rom spline's control points, at even steps; the
    ends are continued in a straight line (E. Catmull, R. Rom, 1974)."""
    points = np.eye(controls)
    points = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    along = np.linspace(0, controls - 1, count)
    index = np.minimum(along.astype(int), controls - 2)
    u = (along - index)[:, None]
    a, b, c, d = (points[index + k] for k in range(4))
    weights: npt.NDArray[np.float64] = 0.5 * (
        2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3
    )
    return weights


def _taken(dense: Array, steps: Array) -> Array:
    """Points at `steps` (N, p) from 0 to 1 along `dense` (N, n, 2), between two of its points."""
    count, length = dense.shape[:2]
    place = steps * np.float32(length - 1)
    index = np.minimum(place.astype(np.int32), length - 2)
    part = (place - index)[..., None]
    flat = dense.reshape(-1, 2)
    first = index + np.arange(count, dtype=np.int32)[:, None] * length
    low = flat.take(first, axis=0)
    taken: Array = low + part * (flat.take(first + 1, axis=0) - low)
    return taken


def _way(drawn: dict[str, object]) -> Way:
    scale = np.array([drawn["aspect"], 1.0], np.float32)
    raw: list[list[list[float]]] = drawn["strokes"]  # type: ignore[assignment]
    strokes = tuple(np.array([point[:2] for point in stroke], np.float32) * scale for stroke in raw)
    corners = tuple(
        (0, *(i for i, point in enumerate(s) if len(point) == 3 and 0 < i < len(s) - 1), len(s) - 1)
        for s in raw
    )
    lengths = np.array([np.linalg.norm(np.diff(s, axis=0), axis=1).sum() for s in strokes])
    points = np.maximum(6, np.round(POINTS * lengths / lengths.sum()).astype(int))
    points[0] += POINTS - points.sum()
    return Way(float(drawn["weight"]), strokes, corners, tuple(int(p) for p in points))  # type: ignore[arg-type]
