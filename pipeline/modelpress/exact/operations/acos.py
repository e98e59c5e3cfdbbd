"""The inverse cosine."""

from __future__ import annotations

from modelpress.exact.elementary.circular import acos
from modelpress.exact.elementwise import unary

value = acos
run = unary(value)
