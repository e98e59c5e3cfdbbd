"""The explainer `line`: errors, gradients and the best line, against numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from modelpress.node.bundle import in_node

POINTS = [1, 3, 2, 5]


def call(fn: str, *args: Any) -> dict[str, Any]:
    return {"name": "line", "fn": fn, "args": list(args)}


def answers(calls: list[dict[str, Any]]) -> list[Any]:
    result: list[Any] = in_node("explore.mjs", {"calls": calls})
    return result


def test_published_errors() -> None:
    guesses = {(-1, 5): 2.5, (-1, 4): 4.5, (0, 4): 1.0, (2, 1): 0.0}
    errors = answers([call("meanSquaredError", m, b, POINTS) for m, b in guesses])
    assert errors == list(guesses.values())
    assert answers([call("gradient", -1, 5, POINTS)])[0] == [-3, -1]


def test_errors_and_gradients_are_numpys() -> None:
    rng = np.random.default_rng(8)
    cases = []
    for _ in range(200):
        count = int(rng.integers(1, 12))
        points = rng.uniform(-5, 5, (count, 2)).astype(np.float32)
        m, b = (float(v) for v in rng.uniform(-8, 8, 2).astype(np.float32))
        cases.append((m, b, points))
    calls = [
        call(fn, *given, points.ravel().tolist())
        for m, b, points in cases
        for fn, given in (
            ("meanSquaredError", (m, b)),
            ("gradient", (m, b)),
            ("residuals", (m, b)),
            ("leastSquares", ()),
        )
    ]
    made = iter(answers(calls))
    for m, b, points in cases:
        x, y = points.astype(np.float64).T
        miss = m * x + b - y
        np.testing.assert_allclose(next(made), np.mean(miss**2), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(
            next(made), [np.mean(2 * miss * x), np.mean(2 * miss)], rtol=1e-5, atol=2e-4
        )
        np.testing.assert_allclose(next(made), miss, atol=1e-5)
        best = next(made)
        if len(x) == 1:
            assert best is None
        else:
            slope, height = np.polyfit(x, y, 1)
            np.testing.assert_allclose(
                [best["m"], best["b"]], [slope, height], rtol=1e-6, atol=1e-6
            )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "y = −1 · x + 5 misses both points. Mean squared error 2.5, RMSE 1.581"),
        ({"m": "-1", "b": "4"}, "hits 1 of 2 points. Mean squared error 4.5"),
        ({"m": "2", "b": "1"}, "hits all 2 points. Mean squared error 0, RMSE 0. No line has"),
        ({"points": "1 2"}, "All points have the same x"),
    ],
)
def test_what_is_said(options: dict[str, str], words: str) -> None:
    assert words in answers([call("view", options)])[0]["reading"]


def test_the_table_sums_up_to_the_reading() -> None:
    table = answers([call("view", {})])[0]["table"]
    assert table["rows"][0] == ["1", "1", "3", "4", "1", "1"]
    assert table["rows"][1] == ["2", "2", "5", "3", "−2", "4"]
    assert table["rows"][2][-1] == "2.5"


def test_an_odd_list_of_points_is_refused() -> None:
    figure = {"key": "a", "name": "line", "id": "x", "options": {"points": "1 2 3"}, "hide": []}
    drawn = in_node("explore.mjs", {"figures": [figure]})["a"]
    assert drawn["param"] == "points"
    assert "a multiple of 2" in drawn["wrong"]
