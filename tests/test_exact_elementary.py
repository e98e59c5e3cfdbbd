"""The exact engine's elementary functions: against float64 functions of others, and to the bit
against TypeScript."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from modelpress.exact.elementary import circular, error, exponential, logarithm
from tests.exact_engine import in_node

Function = Callable[[npt.NDArray[np.float64]], npt.NDArray[Any]]

_erf, _erfc = np.vectorize(math.erf, [float]), np.vectorize(math.erfc, [float])

# Name → our function and one that is as good in float64.
FUNCTIONS: dict[str, tuple[Function, Function]] = {
    **{name: (getattr(exponential, name), getattr(np, name)) for name in ("exp", "expm1", "tanh")},
    "sinh": (exponential.sinh, np.sinh),
    "cosh": (exponential.cosh, np.cosh),
    "sigmoid": (exponential.sigmoid, lambda x: 1 / (1 + np.exp(-x))),
    "softplus": (exponential.softplus, lambda x: np.logaddexp(x, 0.0)),
    "log": (logarithm.log, np.log),
    "log1p": (logarithm.log1p, np.log1p),
    "asinh": (logarithm.asinh, np.arcsinh),
    "acosh": (logarithm.acosh, np.arccosh),
    "atanh": (logarithm.atanh, np.arctanh),
    "sin": (circular.sin, np.sin),
    "cos": (circular.cos, np.cos),
    "tan": (circular.tan, np.tan),
    "atan": (circular.atan, np.arctan),
    "asin": (circular.asin, np.arcsin),
    "acos": (circular.acos, np.arccos),
    "erf": (error.erf, _erf),
    "erfc": (error.erfc, _erfc),
}


def bits(count: int) -> npt.NDArray[np.uint32]:
    """Bit patterns of float32 numbers of all sizes, which JavaScript makes in the same way."""
    number, found = 1, []
    for _ in range(count):
        number = (number * 1664525 + 1013904223) % 2**32
        found.append(number)
    return np.array(found, np.uint32)


def inputs() -> npt.NDArray[np.float64]:
    """Numbers of all sizes, and as many between -16 and 16."""
    found = bits(4096)
    near = (found.astype(np.float64) / 2**27 - 16).astype(np.float32)
    with np.errstate(invalid="ignore"):
        return np.concatenate([found.view(np.float32), near]).astype(np.float64)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_within_one_unit_in_the_last_place_of_float32(name: str) -> None:
    ours, theirs = FUNCTIONS[name]
    x = inputs()
    x = x[np.isfinite(x)]
    with np.errstate(all="ignore"):
        exact = theirs(x)
        found, expected = ours(x).astype(np.float32), exact.astype(np.float32)
        unit = np.abs(np.spacing(expected)).astype(np.float64)
        off = np.abs(found.astype(np.float64) - exact) / unit
    known = np.isfinite(expected)
    assert known.sum() > 1000
    assert off[known].max() < 0.501  # half a unit is what rounding alone costs
    assert np.array_equal(found[~known], expected[~known], equal_nan=True)


_DIGESTS = """
const functions = { ...twin.exponential, ...twin.logarithm, ...twin.circular, ...twin.error };
const of = functions[each];
const found = [];
for (const half of [0, 1]) {
  for (let i = 0, number = 1; i < 4096; i++) {
    number = (Math.imul(number, 1664525) + 1013904223) >>> 0;
    const pattern = new Float32Array(Uint32Array.of(number).buffer)[0];
    const x = half ? Math.fround(number / 2 ** 27 - 16) : pattern;
    const value = of(x);
    found.push(Number.isNaN(value) ? NaN : value);
  }
}
const { createHash } = await import("node:crypto");
return createHash("sha256").update(new Uint8Array(Float64Array.from(found).buffer)).digest("hex");
"""


def test_typescript_computes_the_same_float64_bits(tmp_path: Path) -> None:
    with np.errstate(all="ignore"):
        values = {name: ours(inputs()) for name, (ours, _) in FUNCTIONS.items()}
    digests = [
        hashlib.sha256(np.where(np.isnan(value), np.nan, value).astype("<f8").tobytes()).hexdigest()
        for value in values.values()
    ]
    assert in_node(_DIGESTS, list(FUNCTIONS), tmp_path) == digests
