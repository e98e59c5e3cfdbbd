"""Confidence intervals of proportions, compared with SciPy's."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from modelpress.core.intervals import wilson
from modelpress.core.number_format import shortest_float


@pytest.mark.parametrize(
    ("right", "count"), [(0, 1), (1, 1), (1, 2), (78, 87), (87, 87), (0, 87), (1939, 2000)]
)
def test_the_wilson_interval_is_that_of_scipy(right: int, count: int) -> None:
    expected = binomtest(right, count).proportion_ci(0.95, method="wilson")
    assert wilson(right, count) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("right", "count"), [(0, 0), (-1, 3), (4, 3)])
def test_it_refuses_what_is_no_proportion(right: int, count: int) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(right, count)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.9674999713897705, 0.9675),
        (0.9675, 0.9675),
        (0.1, 0.1),
        (1.0, 1.0),
        (3.836237739769344e-06, 3.836237739769344e-06),
        (float("inf"), float("inf")),
    ],
)
def test_a_float32_is_its_shortest_decimal(value: float, expected: float) -> None:
    assert shortest_float(value) == expected
