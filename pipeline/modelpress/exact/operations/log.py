"""The natural logarithm."""

from __future__ import annotations

from modelpress.exact.elementary.logarithm import log
from modelpress.exact.elementwise import unary

value = log
run = unary(value)
