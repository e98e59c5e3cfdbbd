"""Noisy curves are smoothed in the same way by the build and in the browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from modelpress.site.charts.smoothing import FEWEST, smoothed
from tests.twins import twin

RNG = np.random.default_rng(1)
FALLING = np.exp(-np.arange(400) / 60)
NOISY = (FALLING + RNG.normal(0, 0.05, 400)).tolist()


def test_the_mean_is_that_of_a_centred_window() -> None:
    found = smoothed(NOISY)
    assert len(found) == 400
    for i, reach in ((0, 0), (3, 3), (5, 5), (200, 5), (396, 3), (399, 0)):
        assert found[i] == pytest.approx(np.mean(NOISY[i - reach : i + reach + 1]), abs=1e-12)
    assert np.std(np.array(found) - FALLING) < np.std(np.array(NOISY) - FALLING) / 2


@pytest.mark.parametrize(
    "values",
    [[], [1.0] * 100, FALLING.tolist(), NOISY[: FEWEST - 1], [*NOISY, float("nan")],
     [*NOISY, float("inf")]],
)  # fmt: skip
def test_other_curves_are_left_as_they_are(values: list[float]) -> None:
    assert smoothed(values) == []


def test_the_browser_smooths_alike(tmp_path: Path) -> None:
    cases = [NOISY, NOISY[:57], FALLING.tolist(), [1.0] * 50, NOISY[:30]]
    module = "figures/charts/smoothing"
    for values, found in zip(
        cases, twin(module, "return twin.smoothed(each);", cases, tmp_path), strict=True
    ):
        assert found == pytest.approx(smoothed(values), abs=1e-12)
