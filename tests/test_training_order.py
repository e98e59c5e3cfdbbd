"""The order of the rows in the browser is NumPy's, bit by bit: the vectors of both sides."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.vectors import vectors

SEEDS = [0, 1, 2, 7, 42, 1234567, 2**31, 2**32 - 1, 2**32, 2**32 + 5, 2**40 + 3, 2**53 - 1]
SIZES = [1, 2, 3, 4, 15, 32, 1000]
SHOWN = 40  # of the rows in order; a hash tells of all


def order_vectors() -> dict[str, list[Any]]:
    cases = [(seed, epoch, rows) for seed in SEEDS for epoch in (0, 1, 199) for rows in SIZES]
    cases += [(1, epoch, 60_000) for epoch in range(3)] + [(2**33 + 1, 2**32 + 1, 60_000)]
    random = [[1], [0], [2**32 + 1], [1, 2, 3, 4, 5, 6]]
    return {
        "order": [_order(*case) for case in cases],
        "random": [
            {"seed": seed, "numbers": np.random.default_rng(seed).random(100).tolist()}
            for seed in random
        ],
    }


def _order(seed: int, epoch: int, rows: int) -> dict[str, Any]:
    found = np.random.default_rng([seed, epoch]).permutation(rows).tolist()
    rolling = 0
    for row in found:
        rolling = (rolling * 31 + row) & 0xFFFFFFFF
    case = {"seed": seed, "epoch": epoch, "rows": rows}
    return {**case, "first": found[:SHOWN], "hash": rolling}


def test_the_vectors_are_numpys() -> None:
    """Those that the browser's order is tested with: site_assets/test/order.test.mjs."""
    assert vectors("order") == order_vectors()
