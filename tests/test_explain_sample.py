"""The explainer `sample`: its fits against numpy, its points, and what it teaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.polynomial import chebyshev

from modelpress.node.bundle import in_node


def _calls(fn: str, arguments: list[list[Any]]) -> list[Any]:
    calls = [{"name": "sample", "fn": fn, "args": args} for args in arguments]
    found: list[Any] = in_node("explore.mjs", {"calls": calls})
    return found


def test_the_fits_are_numpys() -> None:
    cases = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        points, size = int(rng.integers(5, 40)), int(rng.integers(1, 31))
        x = rng.uniform(-1, 1, points)
        cases.append((x, np.tanh(3 * x) + rng.normal(0, 0.3, points), size))
    arguments = [[{"x": x.tolist(), "y": y.tolist()}, size] for x, y, size in cases]
    wider = 0
    for (x, y, size), found in zip(cases, _calls("fitted", arguments), strict=True):
        columns = chebyshev.chebvander(x, size - 1)
        expected = np.linalg.lstsq(columns, y, rcond=1e-15)[0]
        condition = np.linalg.cond(columns)
        if condition > 1e9:  # of points that nearly coincide nobody knows the digits
            continue
        wider += size > len(x)
        np.testing.assert_allclose(found, expected, atol=1e-13 * condition * np.abs(expected).max())
    assert wider > 50


def test_errors_are_numpys() -> None:
    rng = np.random.default_rng(1)
    arguments, expected = [], []
    for _ in range(100):
        weights = rng.normal(0, 1, int(rng.integers(1, 12)))
        x, y = rng.uniform(-1, 1, 30), rng.normal(0, 1, 30)
        arguments.append([weights.tolist(), {"x": x.tolist(), "y": y.tolist()}])
        expected.append(np.sqrt(np.mean((chebyshev.chebval(x, weights) - y) ** 2)))
    np.testing.assert_allclose(_calls("rmse", arguments), expected, rtol=1e-12)


def test_the_points_are_the_curve_with_noise() -> None:
    (sample, again, other) = _calls(
        "sampled", [[5000, 0.3, 7, 0], [5000, 0.3, 7, 0], [5000, 0.3, 7, 1]]
    )
    assert sample == again
    assert sample != other
    off = np.array(sample["y"]) - np.tanh(3 * np.array(sample["x"]))
    assert off.std() == pytest.approx(0.3, rel=0.05)
    assert abs(off.mean()) < 0.02
    assert np.std(sample["x"]) == pytest.approx(1 / np.sqrt(3), rel=0.05)


def test_a_large_model_wins_on_its_own_sample_and_loses_on_a_new_one() -> None:
    seeds = range(1, 21)
    own = _calls("sampled", [[15, 0.3, seed, 0] for seed in seeds])
    new = _calls("sampled", [[200, 0.3, seed, 1] for seed in seeds])
    sizes = (4, 13, 15)
    fits = _calls("fitted", [[sample, size] for sample in own for size in sizes])
    both = [pair for i, pair in enumerate(zip(own, new, strict=True)) for _ in sizes]
    errors = _calls("rmse", [[w, s] for w, pair in zip(fits, both, strict=True) for s in pair])
    table = np.reshape(errors, (len(seeds), len(sizes), 2))
    assert (table[:, 1, 0] < table[:, 0, 0]).all()
    assert (table[:, 2, 0] < 1e-6).all()  # as many numbers as points: through every one
    assert (table[:, 1, 1] > table[:, 0, 1]).sum() >= 19
