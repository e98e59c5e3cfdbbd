"""The inverse sine."""

from __future__ import annotations

from modelpress.exact.elementary.circular import asin
from modelpress.exact.elementwise import unary

value = asin
run = unary(value)
