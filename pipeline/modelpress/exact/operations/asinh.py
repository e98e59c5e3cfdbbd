"""The inverse hyperbolic sine."""

from __future__ import annotations

from modelpress.exact.elementary.logarithm import asinh
from modelpress.exact.elementwise import unary

value = asinh
run = unary(value)
