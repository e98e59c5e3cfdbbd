"""(a - b)², rounded once."""

from __future__ import annotations

from modelpress.exact.elementwise import binary
from modelpress.exact.graph import Array


def value(a: Array, b: Array) -> Array:
    found: Array = (a - b) * (a - b)
    return found


run = binary(value)
