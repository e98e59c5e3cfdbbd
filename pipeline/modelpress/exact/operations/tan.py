"""The tangent."""

from __future__ import annotations

from modelpress.exact.elementary.circular import tan
from modelpress.exact.elementwise import unary

value = tan
run = unary(value)
