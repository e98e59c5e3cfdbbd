"""a where a >= b, b where a < b; NaN where either is NaN."""

from __future__ import annotations

from modelpress.exact.elementwise import binary, maximum

run = binary(maximum)
