"""Formats numbers for readers: significant digits, a true minus sign, thousands with commas.

`site_assets/src/core/number-format.ts` is the port; both round half away from zero, as JavaScript
does.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

MINUS = "\u2212"
THIN = "\u202f"  # narrow no-break space: joins a number to its unit


def significant(value: float, digits: int = 3) -> str:
    """Returns `value` with `digits` significant digits: 13.6, 0.00723, 3.84e-6 below a thousandth.

    Digits before the point are never rounded away: 4615.3 becomes 4615.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}∞"
    if value == 0:
        return "0"
    sign = MINUS if value < 0 else ""
    exact = Decimal(abs(value))
    exponent = _rounded(exact, exact.adjusted(), digits).adjusted()
    if exponent < -3:
        mantissa = _rounded(exact, exponent, digits).scaleb(-exponent)
        return f"{sign}{mantissa:f}e{exponent}"
    return sign + group(f"{_rounded(exact, exponent, max(digits, exponent + 1)):f}")


def within(difference: float) -> str:
    """Returns `difference` rounded up to one significant digit, so that "within" stays true."""
    if difference == 0:
        return "0"
    mantissa, exponent = f"{difference:.12e}".split("e")
    digit = -int(-float(mantissa) // 1)
    return significant(float(f"{digit}e{exponent}"), 1)


def short(value: float, digits: int = 3) -> str:
    """Returns `significant(value)` without trailing zeros where the value is unchanged: 0.2, 16."""
    text = significant(value, digits)
    mantissa, e, exponent = text.partition("e")
    if "." not in mantissa:
        return text
    stripped = mantissa.rstrip("0").rstrip(".") + e + exponent
    plain = float(stripped.replace(MINUS, "-").replace(",", ""))
    return stripped if plain == value else text


def fixed(value: float, format_spec: str) -> str:
    """Returns `value` formatted by a Python format specification (`.5f`, `.2e`, `,`)."""
    text = format(value, format_spec)
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return MINUS + text[1:] if text.startswith("-") else text


def integer(value: int) -> str:
    """Returns a whole number with commas: 668,672."""
    return (MINUS if value < 0 else "") + group(str(abs(value)))


def counted(count: int, thing: str) -> str:
    """Returns a count with its noun: 1 parameter, 217 parameters."""
    return f"{integer(count)} {thing}{'' if count == 1 else 's'}"


def group(text: str) -> str:
    """Groups the digits before the point in threes from five digits on: 1024, 13,616."""
    whole, point, rest = text.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}"
    return whole + point + rest


def percent(share: float) -> str:
    """Returns a fraction as whole percent, never a false 0 or 100: `<1%`, `83%`, `>99%`."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{math.floor(share * 100 + 0.5)}%"


def size(size_bytes: int) -> str:
    """Returns a file size in decimal units: 812 B, 12.6 kB, 2.68 MB."""
    if size_bytes < 1000:
        return f"{size_bytes}{THIN}B"
    if size_bytes < 1_000_000:
        return f"{significant(size_bytes / 1000)}{THIN}kB"
    return f"{significant(size_bytes / 1_000_000)}{THIN}MB"


def shortest(value: float) -> str:
    """Returns the shortest decimal that is this float32, with an ASCII minus: 0.1, -3, 155.

    Raises ValueError if `value` is not finite.
    """
    number = np.float32(value)
    if not np.isfinite(number):
        raise ValueError(f"{value} is not a finite number")
    return np.format_float_positional(number + np.float32(0), trim="-")


def shortest_float(value: float) -> float:
    """Returns the shortest decimal that is the same float32: 0.9675 for 0.9674999713897705.

    A value that is no float32 is returned unchanged.
    """
    number = np.float32(value)
    return float(str(number)) if float(number) == value else value


def _rounded(value: Decimal, exponent: int, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(exponent - digits + 1), rounding=ROUND_HALF_UP)
