"""log(1 + x)."""

from __future__ import annotations

from modelpress.exact.elementary.logarithm import log1p
from modelpress.exact.elementwise import unary

value = log1p
run = unary(value)
