"""The hyperbolic sine."""

from __future__ import annotations

from modelpress.exact.elementary.exponential import sinh
from modelpress.exact.elementwise import unary

value = sinh
run = unary(value)
