"""a**b."""

from __future__ import annotations

from modelpress.exact.elementary.power import power
from modelpress.exact.elementwise import binary

run = binary(power)
