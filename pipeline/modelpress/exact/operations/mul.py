"""a · b."""

from __future__ import annotations

from modelpress.exact.elementwise import binary
from modelpress.exact.graph import Array


def value(a: Array, b: Array) -> Array:
    return a * b


run = binary(value)
