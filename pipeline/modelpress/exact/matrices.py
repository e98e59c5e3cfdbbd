"""Matrices on the last two axes."""

from __future__ import annotations

from modelpress.exact.graph import Array


def turned(x: Array, really: bool) -> Array:
    """With rows and columns exchanged, if `really`."""
    return x.swapaxes(-1, -2) if really else x
