"""The cosine."""

from __future__ import annotations

from modelpress.exact.elementary.circular import cos
from modelpress.exact.elementwise import unary

value = cos
run = unary(value)
