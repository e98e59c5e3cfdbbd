"""The complement of the error function."""

from __future__ import annotations

from modelpress.exact.elementary.error import erfc
from modelpress.exact.elementwise import unary

value = erfc
run = unary(value)
