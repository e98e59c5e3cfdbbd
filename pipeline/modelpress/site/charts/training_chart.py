"""Numbers of a training's chart."""

from __future__ import annotations

import math

from modelpress.core.number_format import MINUS, short

_ROWS = 11  # most rows of the table


def loss_text(loss: float) -> str:
    """Returns a loss with three digits, and an exponent from 1e5 on; ported to `lossText`."""
    if not 1e5 <= abs(loss) < math.inf:
        return short(loss)
    mantissa, exponent = f"{loss:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", MINUS)


def table_steps(steps: int) -> list[int]:
    """Returns the steps with a row: evenly spaced, with the first and last."""
    rows = min(steps, _ROWS)
    return sorted({1 + math.floor(i * (steps - 1) / max(1, rows - 1) + 0.5) for i in range(rows)})
