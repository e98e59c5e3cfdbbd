"""The parts of a model's entry about the exact engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Exact:
    """The exact engine on a model's golden cases."""

    covered: bool
    """Whether the engine has every operation of the model's graph."""
    digest: str | None = None
    """SHA-256 of its predictions for all golden cases, as little-endian float32. Models that the
    engine does not cover have neither this field nor the next two."""
    max_diff: float | None = None
    """Largest difference of Keras' predictions from its own."""
    bound: float | None = None
    """The largest difference that rounding to float32 can make, over all golden cases."""
    reason: str | None = None
    """Why it does not cover the model."""
    missing: list[str] | None = None
    """The operations that it lacks; [] for another reason."""


@dataclass(frozen=True, kw_only=True)
class ExactResult:
    """The golden cases, replayed on the exact engine."""

    bitwise: bool
    """Whether the digest of its predictions is that of the build."""
    cases: int
    """Number of cases."""
    passed: bool
    """The same as `bitwise`."""
    reason: str
    """Why it failed; "" where it passed."""
