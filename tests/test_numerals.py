"""Numbers for readers, in Python and, by the same table, in the browser's twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from modelpress.core import number_format
from modelpress.core.number_format import THIN
from tests.vectors import vectors


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (20.25, "20.3"),
        (-20.25, "−20.3"),
        (13.6161, "13.6"),
        (0.00723, "0.00723"),
        (3.836e-6, "3.84e-6"),
        (9.996e-4, "0.00100"),
        (4615.3, "4615"),
        (668672.4, "668,672"),
        (float("inf"), "∞"),
        (float("nan"), "not a number"),
    ],
)
def test_significant_keeps_three_digits(value: float, text: str) -> None:
    assert number_format.significant(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.2, "0.2"), (16.0, "16"), (0.7196, "0.720"), (1e-5, "1e-5")]
)
def test_short_drops_zeros_only_where_nothing_was_rounded(value: float, text: str) -> None:
    assert number_format.short(value) == text


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [(-0.99946464, ".5f", "−0.99946"), (3.836e-6, ".3e", "3.836e-6"), (0.7234, ".1%", "72.3%")],
)
def test_fixed_takes_python_formats(value: float, spec: str, text: str) -> None:
    assert number_format.fixed(value, spec) == text


def test_sizes_counts_and_groups() -> None:
    assert number_format.size(812) == f"812{THIN}B"
    assert number_format.size(5218) == f"5.22{THIN}kB"
    assert number_format.size(2_684_000) == f"2.68{THIN}MB"
    assert number_format.counted(1, "parameter") == "1 parameter"
    assert number_format.counted(669706, "parameter") == "669,706 parameters"
    assert number_format.integer(-12345) == "−12,345"


def test_percent_never_claims_nothing_or_all() -> None:
    assert number_format.percent(0) == "0%"
    assert number_format.percent(1e-6) == "<1%"
    assert number_format.percent(0.99999) == ">99%"
    assert number_format.percent(1) == "100%"


def numeral_vectors() -> dict[str, list[Any]]:
    """Values and their texts, of all sizes and on the edges of rounding."""
    rng = np.random.default_rng(7)
    # NumPy's powers differ in their last digit from processor to processor.
    pairs = zip(rng.normal(0, 1, 200).tolist(), rng.integers(-9, 8, 200).tolist(), strict=True)
    values = [
        *(value * float(f"1e{exponent}") for value, exponent in pairs),
        *(0.0, 20.25, -0.5, 0.125, 2.5, 999.5, 9999.5, 0.001, 9.995e-4, 1e-5, 255.0),
    ]
    shares = [0.0, 1e-9, 0.004999, 0.005, 0.125, 0.5, 0.845, 0.9949, 0.995, 0.99999, 1.0]
    sizes = [0, 1, 812, 999, 1000, 5218, 12_649, 999_499, 999_500, 999_999, 10**6, 2_684_000, 10**9]
    singles = [float(np.float32(value)) for value in values]
    # Of all sizes; a power of two is nearer to the float32 below it than to the one above.
    patterns = rng.integers(0, 0x7F800000, 300, dtype=np.uint32)
    singles += [float(value) for value in patterns.view(np.float32)]
    singles += [float(np.float32(2.0**power)) for power in range(-149, 128)]
    return {
        "size": [[count, number_format.size(count)] for count in sizes],
        "significant": [[v, *(number_format.significant(v, n) for n in (1, 3, 5))] for v in values],
        "percent": [[share, number_format.percent(share)] for share in shares],
        "shortest": [[value, number_format.shortest(value)] for value in singles],
        "within": [[abs(value), number_format.within(abs(value))] for value in values],
    }


def test_the_vectors_are_these() -> None:
    """Those that the browser's functions are tested with: site_assets/test/numerals.test.mjs."""
    assert vectors("numerals") == numeral_vectors()
