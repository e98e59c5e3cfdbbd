"""The inverse hyperbolic tangent."""

from __future__ import annotations

from modelpress.exact.elementary.logarithm import atanh
from modelpress.exact.elementwise import unary

value = atanh
run = unary(value)
