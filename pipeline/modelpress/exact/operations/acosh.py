"""The inverse hyperbolic cosine."""

from __future__ import annotations

from modelpress.exact.elementary.logarithm import acosh
from modelpress.exact.elementwise import unary

value = acosh
run = unary(value)
