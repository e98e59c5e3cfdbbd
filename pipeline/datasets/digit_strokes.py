"""Digits as lines of a pen: splines through points drawn for this project, varied at random.

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
"""Points in one digit's line, distributed over its strokes by length."""

JITTER = 0.05
"""Standard deviation of a control point's shift, in heights of the digit."""

TRIM = 0.05
"""Standard deviation of the fraction by which a stroke is shortened, at either end."""

BLENDED = 0.5
"""Fraction of the digits that are a blend of two similar ways of writing."""

_SIMILAR = 0.14
"""Largest mean distance between the lines of two similar ways of writing, in heights."""

_STEPS = 80
"""Points computed along a stroke before it is resampled evenly."""


@dataclass(frozen=True)
class Way:
    """One way to write a digit.

    weight: relative frequency
    strokes: control points (m, 2), in heights of the digit
    corners: for each stroke, the indices of the points where one spline ends and the next begins,
        with the first and the last
    points: for each stroke, the number of the line's points on it
    """

    weight: float
    strokes: tuple[Array, ...]
    corners: tuple[tuple[int, ...], ...]
    points: tuple[int, ...]


@cache
def ways() -> dict[int, tuple[Way, ...]]:
    """The ways to write each digit, from `digit_strokes.json`."""
    text = (Path(__file__).parent / "digit_strokes.json").read_text(encoding="utf-8")
    return {int(digit): tuple(map(_way, drawn)) for digit, drawn in json.loads(text).items()}


def stroke_lines(digits: npt.NDArray[np.uint8], rng: np.random.Generator) -> Array:
    """A random line for each of `digits` (N,): x and y, (N, POINTS, 2), in heights of the digit."""
    lines = np.empty((len(digits), POINTS, 2), np.float32)
    for digit, known in ways().items():
        rows = np.flatnonzero(digits == digit)
        weights = np.array([way.weight for way in known])
        first = rng.choice(len(known), len(rows), p=weights / weights.sum())
        lines[rows] = _lines(known, first, rng)
        blended = np.flatnonzero(rng.random(len(rows)) < BLENDED)
        first, rows = first[blended], rows[blended]
        second = _partners(digit)[first, rng.integers(len(known), size=len(rows))]
        blend = rng.random((len(rows), 1, 1), np.float32)
        lines[rows] += blend * (_lines(known, second, rng) - lines[rows])
    return lines


@cache
def _partners(digit: int) -> npt.NDArray[np.intp]:
    """Table (ways, ways): row i has the ways similar to way i, itself included, repeated."""
    plain = [_line(way, [stroke[None] for stroke in way.strokes])[0] for way in ways()[digit]]
    known = ways()[digit]
    table = np.empty((len(known), len(known)), dtype=np.intp)
    for i, way in enumerate(known):
        similar = [
            j
            for j, other in enumerate(known)
            if len(other.strokes) == len(way.strokes)
            and np.linalg.norm(plain[i] - plain[j], axis=1).mean() < _SIMILAR
        ]
        table[i] = np.resize(similar, len(known))
    return table


def _lines(known: tuple[Way, ...], chosen: npt.NDArray[np.intp], rng: np.random.Generator) -> Array:
    lines = np.empty((len(chosen), POINTS, 2), np.float32)
    for index, way in enumerate(known):
        rows = np.flatnonzero(chosen == index)
        if len(rows):
            lines[rows] = _varied(way, len(rows), rng)
    return lines


def _varied(way: Way, count: int, rng: np.random.Generator) -> Array:
    """`count` random lines (count, POINTS, 2) of one way of writing."""
    strokes = []
    for stroke in way.strokes:
        shift = rng.standard_normal((count, *stroke.shape), np.float32) * np.float32(JITTER)
        if len(stroke) > 4:  # neighbours shift together, since a hand does not tremble
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
    """The points (N, POINTS, 2) along the splines through `strokes`, each (N, m, 2).

    low, high: (strokes, N), start and end of the drawn part of each stroke, from 0 to 1.
    """
    parts = []
    for index, (stroke, corners, points) in enumerate(
        zip(strokes, way.corners, way.points, strict=True)
    ):
        dense = _curve(stroke, corners, way.strokes[index])
        steps = np.linspace(0, 1, points, dtype=np.float32)[None]
        if low is not None and high is not None:
            start, end = low[index][:, None], high[index][:, None]
            steps = start + (end - start) * steps
        parts.append(_interpolated(dense, np.broadcast_to(steps, (len(stroke), points))))
    return np.concatenate(parts, axis=1)


def _curve(stroke: Array, corners: tuple[int, ...], nominal: Array) -> Array:
    """Dense points along one stroke: a rounded spline from corner to corner."""
    lengths = np.linalg.norm(np.diff(nominal, axis=0), axis=1)
    parts = []
    for begin, end in itertools.pairwise(corners):
        count = max(4, round(_STEPS * float(lengths[begin:end].sum() / lengths.sum())))
        parts.append(_rounded(end - begin + 1, count) @ stroke[:, begin : end + 1])
    return np.concatenate(parts, axis=1)


@cache
def _rounded(controls: int, count: int) -> Array:
    """The weights (count, controls) of a spline's control points, slightly smoothed.

    The ends stay in place, and short splines are not smoothed.
    """
    weights = _spline(controls, count)
    if count > 12:
        blurred = ndimage.gaussian_filter1d(weights, 2.5, axis=0, mode="nearest")
        weights = np.vstack([weights[:1], blurred[1:-1], weights[-1:]])
    return weights.astype(np.float32)


@cache
def _spline(controls: int, count: int) -> npt.NDArray[np.float64]:
    """The weights (count, controls) of a Catmull-Rom spline's control points, at even steps.

    The ends are extended in a straight line (E. Catmull, R. Rom, 1974).
    """
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


def _interpolated(dense: Array, steps: Array) -> Array:
    """The points (N, p, 2) at `steps` (N, p), from 0 to 1, along `dense` (N, n, 2)."""
    count, length = dense.shape[:2]
    place = steps * np.float32(length - 1)
    index = np.minimum(place.astype(np.int32), length - 2)
    fraction = (place - index)[..., None]
    flat = dense.reshape(-1, 2)
    first = index + np.arange(count, dtype=np.int32)[:, None] * length
    low = flat.take(first, axis=0)
    points: Array = low + fraction * (flat.take(first + 1, axis=0) - low)
    return points


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
