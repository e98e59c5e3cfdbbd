"""What a proof compares: all golden cases as one batch, and some of them, or all, one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelpress.proof.verify import GPU_SINGLES
from tests.twins import twin

CASES = 73
# A backend that is wrong by 1 in the case `wrong`, or in all where that is null, but only in
# batches, only in single calls, or in neither (`kind`).
REPLAY = """
  const places = [...Array(each.cases).keys()];
  const outputs = places.map((place) => [place]);
  const golden = { slug: "x", inputs: outputs, outputs, output_shape: [1] };
  const calls = [];
  const run = async (values, batch) => {
    calls.push(batch);
    const here = each.kind === (batch === 1 ? "single" : "batch");
    const off = (place) => here && (each.wrong === null || each.wrong === place) ? 1 : 0;
    return { values: values.map((place) => place + off(place)), shape: [batch, 1] };
  };
  const { maxDiff, worst } = await twin.replay(golden, run, true, 1, each.singles);
  return { difference: maxDiff, worst: worst.case, calls };
"""


def replayed(folder: Path, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    whole = [{"cases": CASES, "wrong": None, **case} for case in cases]
    return twin("runtime/parity", REPLAY, whole, folder)


def test_a_batch_shows_one_wrong_value_in_any_case(tmp_path: Path) -> None:
    asked = [{"kind": "batch", "wrong": n, "singles": GPU_SINGLES} for n in range(CASES)]
    found = replayed(tmp_path, asked)
    assert [each["difference"] for each in found] == [1] * CASES
    assert [each["worst"] for each in found] == list(range(CASES))


@pytest.mark.parametrize("singles", [1, GPU_SINGLES, CASES])
def test_both_shapes_are_compared(singles: int, tmp_path: Path) -> None:
    """A backend may answer rightly to a batch and wrongly to single inputs, or the other way."""
    kinds = ("batch", "single", "neither")
    found = replayed(tmp_path, [{"kind": kind, "singles": singles} for kind in kinds])
    assert [each["difference"] for each in found] == [1, 1, 0]
    assert all(each["calls"] == [1] * singles + [CASES] for each in found)


def test_single_cases_are_spread_over_all(tmp_path: Path) -> None:
    """The first is the reader's starting input, the last the author's own."""
    asked = [[73, 4], [73, 1], [5, 5], [3, 4], [1, 4]]
    found = twin("runtime/parity", "return twin.spread(...each)", asked, tmp_path)
    assert found == [[0, 24, 48, 72], [0], [0, 1, 2, 3, 4], [0, 1, 2], [0]]
