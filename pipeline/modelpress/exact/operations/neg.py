"""-x."""

from __future__ import annotations

from modelpress.exact.elementwise import unary
from modelpress.exact.graph import Array


def value(x: Array) -> Array:
    return -x


run = unary(value)
