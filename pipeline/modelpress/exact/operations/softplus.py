"""log(1 + e**x)."""

from __future__ import annotations

from modelpress.exact.elementary.exponential import softplus
from modelpress.exact.elementwise import unary

value = softplus
run = unary(value)
