"""The error function."""

from __future__ import annotations

from modelpress.exact.elementary.error import erf
from modelpress.exact.elementwise import unary

value = erf
run = unary(value)
