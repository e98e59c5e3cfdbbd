"""The sine."""

from __future__ import annotations

from modelpress.exact.elementary.circular import sin
from modelpress.exact.elementwise import unary

value = sin
run = unary(value)
