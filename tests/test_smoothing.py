"""Noisy curves are smoothed, for pages without scripts as in the browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.twins import twin

RNG = np.random.default_rng(1)
FALLING = np.exp(-np.arange(400) / 60)
NOISY = (FALLING + RNG.normal(0, 0.05, 400)).tolist()
FEWEST = 40  # values from which a curve is smoothed


def test_the_mean_is_that_of_a_centred_window_and_other_curves_are_left(tmp_path: Path) -> None:
    others = [[], [1.0] * 100, FALLING.tolist(), NOISY[: FEWEST - 1], [*NOISY, None]]
    cases = [NOISY, *others]  # None: in JSON there is no NaN
    found, *left = twin("figures/charts/smoothing", _SMOOTHED, cases, tmp_path)
    assert len(found) == 400
    for i, reach in ((0, 0), (3, 3), (5, 5), (200, 5), (396, 3), (399, 0)):
        assert found[i] == pytest.approx(np.mean(NOISY[i - reach : i + reach + 1]), abs=1e-12)
    assert np.std(np.array(found) - FALLING) < np.std(np.array(NOISY) - FALLING) / 2
    assert left == [[]] * len(others)


_SMOOTHED = "return twin.smoothed(each.map((value) => value ?? NaN));"
