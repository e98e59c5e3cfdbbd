"""The angle of the point (b, a)."""

from __future__ import annotations

from modelpress.exact.elementary.circular import atan2
from modelpress.exact.elementwise import binary

run = binary(atan2)
