"""The hyperbolic tangent."""

from __future__ import annotations

from modelpress.exact.elementary.exponential import tanh
from modelpress.exact.elementwise import unary

value = tanh
run = unary(value)
