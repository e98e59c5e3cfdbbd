"""The explainers of cross-entropies against Keras and published values."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.testing as npt
import pytest

from modelpress.node.bundle import in_node

RNG = np.random.default_rng(7)
COUNT = 300
SHARES = RNG.dirichlet(np.full(9, 0.5), COUNT)
RIGHT = RNG.integers(0, 9, COUNT)
ONE_HOT = np.eye(9)[RIGHT]
# Sure and undecided ones, and those that are clipped.
PROBABILITIES = [*RNG.uniform(0, 1, 300).tolist(), 0.0, 1.0, 1e-9, 1 - 1e-9, 0.5, 0.99, 0.01]


@functools.cache
def answers() -> list[Any]:
    calls = [
        {"name": "cross-entropy", "fn": fn, "args": [target, share]}
        for fn in ("crossEntropy", "meanSquaredError")
        for target, share in zip(ONE_HOT.tolist(), SHARES.tolist(), strict=True)
    ]
    calls.append({"name": "binary-cross-entropy", "fn": "halves", "args": [PROBABILITIES]})
    for index in range(9):
        args = [SHARES[index].tolist(), index, 0.25]
        calls.append({"name": "cross-entropy", "fn": "withProbability", "args": args})
    calls.append({"name": "cross-entropy", "fn": "withProbability", "args": [[0, 1, 0], 1, 0.4]})
    made: list[Any] = in_node("explore.mjs", {"calls": calls})
    return made


def losses() -> Any:
    return pytest.importorskip("keras").losses


def test_cross_entropy_is_keras() -> None:
    expected = losses().categorical_crossentropy(
        ONE_HOT.astype(np.float32), SHARES.astype(np.float32)
    )
    npt.assert_allclose(answers()[:COUNT], expected, rtol=2e-5, atol=2e-7)


def test_mean_squared_error_is_keras() -> None:
    expected = losses().mean_squared_error(ONE_HOT, SHARES)
    npt.assert_allclose(answers()[COUNT : 2 * COUNT], expected, rtol=2e-5)


@pytest.mark.parametrize(("half", "truth"), [("one", 1.0), ("zero", 0.0)])
def test_each_half_of_binary_cross_entropy_is_keras(half: str, truth: float) -> None:
    given = np.array(PROBABILITIES, np.float32)[:, np.newaxis]
    expected = losses().binary_crossentropy(np.full_like(given, truth), given)
    npt.assert_allclose(answers()[2 * COUNT][half], expected, rtol=2e-5, atol=2e-7)


def test_sure_and_wrong_is_clipped() -> None:
    halves = answers()[2 * COUNT]
    npt.assert_allclose(halves["one"][300], 16.118, atol=5e-4)  # −log 1e-7
    assert halves["zero"][301] == pytest.approx(15.942, abs=5e-4)  # 1 − 1e-7 in float32
    assert halves["one"][304] == pytest.approx(np.log(2))


def test_a_dragged_share_leaves_the_others_their_proportions() -> None:
    for index, moved in enumerate(answers()[2 * COUNT + 1 : 2 * COUNT + 10]):
        assert moved[index] == 0.25
        assert sum(moved) == pytest.approx(1)
        others = np.delete(SHARES[index], index)
        npt.assert_allclose(np.delete(moved, index), 0.75 * others / others.sum())
    npt.assert_allclose(answers()[-1], [0.3, 0.4, 0.3])  # the others had nothing


def test_numbers_that_are_no_shares_are_divided_and_it_is_said() -> None:
    """As Keras does; nine zeros can't be divided."""
    texts = {"sum": "0.5 0 1 0 0 0 0 0.5 0", "none": "0 0 0 0 0 0 0 0 0"}
    figures = [
        {
            "key": key,
            "name": "cross-entropy",
            "id": key,
            "options": {"prediction": text},
            "hide": [],
        }
        for key, text in texts.items()
    ]
    made = in_node("explore.mjs", {"figures": figures})
    assert "gets 0.5: cross-entropy −log 0.5 = 0.693" in made["sum"]["html"]
    assert "Your numbers add up to 2" in made["sum"]["html"]
    assert "All nine are 0" in made["none"]["html"]
    assert "not a number" not in made["none"]["html"]
