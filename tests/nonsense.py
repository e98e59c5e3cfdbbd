"""Values and texts that no author should write, for tests that feed them to what authors write."""

from __future__ import annotations

import decimal
import fractions
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from modelpress.core.errors import ModelpressError

# The same examples in every run: what fails here fails everywhere, and a rerun shows it again.
settings.register_profile("modelpress", derandomize=True, database=None, deadline=None)
settings.load_profile("modelpress")


class Hostile:
    """Raises whatever is asked of it."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    def __bool__(self) -> bool:
        raise RuntimeError("no truth")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no equal")

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        raise RuntimeError("no length")

    def __iter__(self) -> Any:
        raise RuntimeError("no items")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # Python and Hypothesis themselves ask for these
            raise AttributeError(name)
        raise RuntimeError(f"no {name}")


def raising() -> Any:
    """An author's function that fails."""
    raise RuntimeError("never")


_ODD: list[Any] = [
    None,
    (),
    [],
    {},
    set(),
    ...,
    NotImplemented,
    int,
    object(),
    Hostile(),
    Hostile,
    raising,
    len,
    decimal.Decimal("NaN"),
    fractions.Fraction(1, 3),
    complex(1, 2),
    2**64,
    10**400,
    -(10**400),
    float("nan"),
    float("inf"),
    1e-320,
    "x" * 100_000,
    "\x00",
    "\ud800",
    b"\xff\x00",
    range(3),
    np.float32(3),
    np.int64(-1),
    np.array(5),
    np.array([1.5, np.nan]),
    np.zeros((0, 3)),
    np.zeros((2, 0)),
    np.array([None, "x"], dtype=object),
    np.array(["a", "b"]),
    np.array([1, 2], dtype="datetime64[s]"),
    np.ma.masked,
]
# By their places: Hypothesis writes out what it samples from, and not all can be.
ODD = st.integers(0, len(_ODD) - 1).map(lambda place: _ODD[place])
PLAIN = st.one_of(
    ODD,
    st.booleans(),
    st.integers(-3, 70_000),
    st.floats(),
    st.text(max_size=30),
    st.binary(max_size=10),
)
NAMES = st.one_of(
    st.text(max_size=12),
    st.integers(),
    st.sampled_from(["epochs", "batch_size", "shuffle", "loss", "builtin", "local", "", None]),
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(NAMES, inner, max_size=4),
        st.tuples(inner, inner),
    ),
    max_leaves=8,
)


def require_helpful(error: ModelpressError, where: str = ".") -> None:
    """What is wrong, a place that fits the pattern `where`, and what would be right or was found;
    short enough to be read."""
    assert error.what
    assert re.match(where, error.where), error.where
    assert error.expected or error.next_step or error.found
    text = str(error)
    assert len(text) < 5_000
    text.encode("utf-8")


def only_our_errors(work: Callable[[], Any], where: str = ".") -> Any:
    """What `work` gives, None where it raises a helpful error of ours."""
    try:
        return work()
    except ModelpressError as error:
        require_helpful(error, where)
        return None
