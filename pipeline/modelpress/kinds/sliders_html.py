"""A labelled slider with a number field. Port: `site_assets/src/inputs/widgets/sliders.ts`."""

from __future__ import annotations

from html import escape

from modelpress.core.number_format import shortest
from modelpress.kinds.registry import attributes


def slider(
    prefix: str,
    number: int,
    name: str,
    bounds: tuple[float, float],
    step: float,
    value: float,
    *,
    error: str,
    unit: str = "",
) -> str:
    """Returns HTML with the parts `range-<number>` and `value-<number>`.

    prefix: of the slider's id. bounds: lowest and highest value. step: change per arrow key.
    error: id of the element with the error for a typed value. unit: shown after the value.
    """
    identity = f"{prefix}{number}"
    shared = {
        "min": shortest(bounds[0]),
        "max": shortest(bounds[1]),
        "value": shortest(value),
        "autocomplete": "off",
    }
    ranged = attributes(id=identity, data_part=f"range-{number}", step=shortest(step), **shared)
    typed = attributes(
        data_part=f"value-{number}",
        step="any",
        aria_label=f"{name}, typed value",
        aria_describedby=error,
        **shared,
    )
    shown = f'<span class="mp-unit">{escape(unit)}</span>' if unit else ""
    return (
        f'<div class="mp-slider"><label for="{identity}">{escape(name)}</label>'
        f'<input type="range"{ranged}><span class="mp-typed">'
        f'<input type="number" inputmode="decimal"{typed}>{shown}</span></div>'
    )
