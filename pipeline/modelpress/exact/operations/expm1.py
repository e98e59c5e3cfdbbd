"""e**x - 1."""

from __future__ import annotations

from modelpress.exact.elementary.exponential import expm1
from modelpress.exact.elementwise import unary

value = expm1
run = unary(value)
