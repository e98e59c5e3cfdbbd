"""e**x."""

from __future__ import annotations

from modelpress.exact.elementary.exponential import exp
from modelpress.exact.elementwise import unary

value = exp
run = unary(value)
