"""1 / (1 + e**-x)."""

from __future__ import annotations

from modelpress.exact.elementary.exponential import sigmoid
from modelpress.exact.elementwise import unary

value = sigmoid
run = unary(value)
