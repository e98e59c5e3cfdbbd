"""The explainer `descent`: functions, slopes and walks, against numpy and published values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from modelpress.node.bundle import in_node

Array = np.ndarray[Any, np.dtype[Any]]
Function = Callable[[Array], Array]

CURVES: dict[str, Function] = {
    "bowl": lambda x: x**2,
    "weight": lambda x: (-3 - 3 * x) ** 2,
    "valleys": lambda x: (x**2 - 4) ** 2 / 16 + x / 2,
    "waves": lambda x: x**2 / 4 + 1 - np.cos(3 * x),
    "plain": lambda x: 1 - np.exp(-(x**2)),
}
LOWEST = {"bowl": 0, "weight": -1, "valleys": -2.21432, "waves": 0, "plain": 0}
PLACES = np.random.default_rng(5).uniform(-4, 4, 200).astype(np.float32)


def call(fn: str, *args: Any) -> dict[str, Any]:
    return {"name": "descent", "fn": fn, "args": list(args)}


def answers(calls: list[dict[str, Any]]) -> list[Any]:
    result: list[Any] = in_node("explore.mjs", {"calls": calls})
    return result


def slope(f: Function, x: Array, h: float = 1e-5) -> Array:
    """By central differences in float64."""
    x = x.astype(np.float64)
    difference: Array = f(x + h) - f(x - h)
    return difference / (2 * h)


@pytest.fixture(scope="module")
def functions() -> dict[str, tuple[list[float], list[float]]]:
    calls = [call(fn, name, PLACES.tolist()) for name in CURVES for fn in ("heights", "slopes")]
    made = answers(calls)
    return {name: (made[2 * i], made[2 * i + 1]) for i, name in enumerate(CURVES)}


@pytest.mark.parametrize("name", CURVES)
def test_functions_and_slopes_are_numpys(
    name: str, functions: dict[str, tuple[list[float], list[float]]]
) -> None:
    heights, slopes = functions[name]
    np.testing.assert_allclose(
        heights, CURVES[name](PLACES.astype(np.float64)), rtol=2e-6, atol=2e-6
    )
    np.testing.assert_allclose(slopes, slope(CURVES[name], PLACES), rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", CURVES)
def test_the_lowest_place_is_where_the_words_say(name: str) -> None:
    x = np.linspace(-4, 4, 800_001)
    assert x[np.argmin(CURVES[name](x))] == pytest.approx(LOWEST[name], abs=2e-5)


def test_walks_are_gradient_descent() -> None:
    rng = np.random.default_rng(6)
    runs = [
        (name, float(np.float32(rng.uniform(-4, 4))), float(rng.uniform(0.001, 0.05)))
        for name in CURVES
        for _ in range(40)
    ]
    made = answers([call("descend", name, start, rate, 30) for name, start, rate in runs])
    for (name, start, rate), walked in zip(runs, made, strict=True):
        x = np.array([start])
        expected = [start]
        for _ in range(30):
            x = x - rate * slope(CURVES[name], x)
            expected.append(float(x[0]))
        np.testing.assert_allclose(
            walked, expected, rtol=1e-3, atol=1e-3, err_msg=f"{name} {start}"
        )


def test_one_weight_takes_the_published_steps() -> None:
    (walked, views) = (
        answers([call("descend", "weight", 0.5, 0.01, 40)])[0],
        answers([call("view", {"function": "weight", "start": "0.5", "rate": "0.01"}, 0)])[0],
    )
    assert walked[1] == pytest.approx(0.23, abs=1e-6)
    assert walked[40] == pytest.approx(-0.99946, abs=5e-6)
    assert (-3 - 3 * walked[39]) ** 2 == pytest.approx(3.836e-6, rel=5e-3)
    assert "w is 0.5, L is 20.25 and the slope is 27. Uphill" in views["reading"]


def test_a_rate_above_one_ninth_runs_away_and_is_said_to() -> None:
    below, above = answers(
        [call("descend", "weight", 0.5, rate, 60) for rate in (0.99 / 9, 1.01 / 9)]
    )
    assert abs(below[60] + 1) < 1.5 < abs(above[60] + 1)
    options = {"function": "weight", "start": "0.5"}
    calls = [
        call("view", {**options, "rate": "0.12"}, 8),
        call("view", {**options, "rate": "2"}, 100),
        call("view", {**options, "rate": "0.1"}, 8),
        call("view", {"function": "bowl", "start": "1", "rate": "1"}, 9),
    ]
    away, lost, crossing, between = (view["reading"] for view in answers(calls))
    assert "farther out on the other side: the learning rate is too large" in away
    assert "larger than float32 can hold" in lost
    assert "other side of the valley, a little nearer" in crossing
    assert "oscillates between the same two places" in between


def test_a_valley_that_is_not_the_lowest_and_a_plain_are_named() -> None:
    calls = [
        call("view", {"function": "valleys", "start": "3", "rate": "0.1"}, 100),
        call("view", {"function": "valleys", "start": "-3", "rate": "0.1"}, 100),
        call("view", {"function": "plain", "start": "3.5", "rate": "0.1"}, 20),
        call("view", {"function": "bowl", "start": "0", "rate": "0.1"}, 3),
    ]
    higher, lowest, plain, still = (view["reading"] for view in answers(calls))
    assert "This is the bottom of a valley, but f is lower elsewhere: −1.06 at x = −2.21" in higher
    assert "lower elsewhere" not in lowest
    assert "almost flat here" in plain
    assert "Here it stays: the slope is 0" in still
