"""The softmax explainer against published values and SciPy."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.testing as npt
from scipy.special import softmax

from modelpress.node.bundle import in_node

# Each of the same length, so that one call to Node answers all.
SCORES = np.random.default_rng(1).uniform(-10, 10, (300, 5))
TEMPERATURES = 10 ** np.random.default_rng(2).uniform(-1, 1, 300)
POSITIVE = np.random.default_rng(3).uniform(0.1, 10, (200, 5))
PUBLISHED = [2, 2, 1, 5]


@functools.cache
def answers() -> list[Any]:
    pairs = zip(SCORES.tolist(), TEMPERATURES.tolist(), strict=True)
    calls = [{"name": "softmax", "fn": "softmax", "args": [*pair]} for pair in pairs]
    for scores in [*POSITIVE.tolist(), PUBLISHED, [1, -1], [3, -1]]:
        calls.append({"name": "softmax", "fn": "sumAndDivide", "args": [scores]})
    calls.append({"name": "softmax", "fn": "softmax", "args": [PUBLISHED]})
    made: list[Any] = in_node("explore.mjs", {"calls": calls})
    return made


def test_published_values() -> None:
    npt.assert_allclose(answers()[-1], [0.0445, 0.0445, 0.0164, 0.8945], atol=5e-5)
    npt.assert_allclose(answers()[500], [0.2, 0.2, 0.1, 0.5], rtol=1e-6)


def test_softmax_is_scipys_at_every_temperature() -> None:
    expected = softmax(SCORES / TEMPERATURES[:, np.newaxis], axis=1)
    npt.assert_allclose(answers()[:300], expected, rtol=2e-5, atol=1e-9)


def test_division_by_the_sum() -> None:
    expected = POSITIVE / POSITIVE.sum(axis=1, keepdims=True)
    npt.assert_allclose(answers()[300:500], expected, rtol=1e-6)


def test_negative_scores_make_no_shares() -> None:
    assert answers()[501] == ["Infinity", "-Infinity"]  # 1 and −1 add up to 0
    npt.assert_allclose(answers()[502], [1.5, -0.5])
