"""The order of the rows in the browser is NumPy's, bit by bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training_twin import training_twin

SEEDS = [0, 1, 2, 7, 42, 1234567, 2**31, 2**32 - 1, 2**32, 2**32 + 5, 2**40 + 3, 2**53 - 1]
SIZES = [1, 2, 3, 4, 15, 32, 1000]
BODY = """
  let hash = 0;  // of all rows: 60,000 numbers a case are too many to print
  const order = twin.order(each[0], each[1], each[2]);
  for (const row of order) hash = (Math.imul(hash, 31) + row) >>> 0;
  return { hash, first: [...order.slice(0, 1000)] };
"""


def permutation(seed: int, epoch: int, rows: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.random.default_rng([seed, epoch]).permutation(rows)


def rolling(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    value = 0
    for row in rows.tolist():
        value = (value * 31 + row) & 0xFFFFFFFF
    return value


def test_the_order_is_numpys(tmp_path: Path) -> None:
    cases = [(seed, epoch, rows) for seed in SEEDS for epoch in (0, 1, 199) for rows in SIZES]
    cases += [(1, epoch, 60_000) for epoch in range(3)] + [(2**33 + 1, 2**32 + 1, 60_000)]
    for case, found in zip(
        cases,
        training_twin("data/order", BODY, [list(case) for case in cases], tmp_path),
        strict=True,
    ):
        expected = permutation(*case)
        assert found["first"] == expected[:1000].tolist(), case
        assert found["hash"] == rolling(expected), case


def test_random_numbers_are_numpys(tmp_path: Path) -> None:
    body = "const g = new twin.Pcg64(each); return Array.from({ length: 100 }, () => g.double());"
    cases = [[1], [0], [2**32 + 1], [1, 2, 3, 4, 5, 6]]
    for case, found in zip(cases, training_twin("data/pcg64", body, cases, tmp_path), strict=True):
        assert found == np.random.default_rng(case).random(100).tolist()


def test_sixty_thousand_rows_take_a_moment(tmp_path: Path) -> None:
    body = """
      for (let i = 0; i < 3; i++) twin.order(each, i, 60000);
      const started = performance.now();
      for (let i = 0; i < 5; i++) twin.order(each, i, 60000);
      return (performance.now() - started) / 5;
    """
    (found,) = training_twin("data/order", body, [1], tmp_path)
    assert found == pytest.approx(0, abs=50), "milliseconds of one epoch's order"
