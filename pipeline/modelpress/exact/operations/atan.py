"""The inverse tangent."""

from __future__ import annotations

from modelpress.exact.elementary.circular import atan
from modelpress.exact.elementwise import unary

value = atan
run = unary(value)
