"""The hyperbolic cosine."""

from __future__ import annotations

from modelpress.exact.elementary.exponential import cosh
from modelpress.exact.elementwise import unary

value = cosh
run = unary(value)
