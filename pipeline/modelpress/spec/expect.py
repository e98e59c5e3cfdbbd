"""Bounds that the metrics and facts of a trained model must meet."""

from __future__ import annotations

import numbers
import re
import sys
from dataclasses import dataclass
from typing import Any

from modelpress.core.errors import ModelpressError, shown


def is_number(value: Any) -> bool:
    """Returns whether `value` is a finite number in float range and not a bool."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return False
    number: Any = value
    return bool(-sys.float_info.max <= number <= sys.float_info.max)


class _Bound:
    """Raises ModelpressError for a bound that is not a finite number."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not is_number(value):
                raise ModelpressError(
                    "This bound can't be used.",
                    where=f"{type(self).__name__}, `{name}`",
                    found=shown(value),
                    expected="a finite number",
                )


@dataclass(frozen=True)
class AtLeast(_Bound):
    """Met by figures ≥ `bound`. A plain number in `expect` means the same."""

    bound: float

    def met_by(self, figure: float) -> bool:
        return figure >= self.bound

    def __str__(self) -> str:
        return f"≥ {_written(self.bound)}"


@dataclass(frozen=True)
class AtMost(_Bound):
    """Met by figures ≤ `bound`."""

    bound: float

    def met_by(self, figure: float) -> bool:
        return figure <= self.bound

    def __str__(self) -> str:
        return f"≤ {_written(self.bound)}"


@dataclass(frozen=True)
class Near(_Bound):
    """Met by figures at most `within` (absolute) away from `value`."""

    value: float
    within: float

    def met_by(self, figure: float) -> bool:
        return abs(figure - self.value) <= self.within

    def __str__(self) -> str:
        spread = f" ± {_written(self.within)}" if self.within else ""
        return _written(self.value) + spread


def _written(value: float) -> str:
    """Returns a short decimal with a true minus sign: 3.836e-6, −0.99946."""
    text = re.sub(r"e([+-])0", r"e\1", f"{float(value):g}")
    return "−" + text[1:] if text.startswith("-") else text


Expectation = AtLeast | AtMost | Near


def is_expectation(value: Any) -> bool:
    """Returns whether `value` is a bound or a finite number."""
    if isinstance(value, AtLeast | AtMost | Near):
        return True
    return is_number(value)


def expectation(value: Any) -> Expectation:
    """Returns `value` as a bound; a plain number becomes `AtLeast`."""
    return value if isinstance(value, AtLeast | AtMost | Near) else AtLeast(float(value))
