"""A colour: red, green and blue, each 0 to 255."""

from __future__ import annotations

import colorsys
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.inputs import Input, Values
from modelpress.kinds.registry import Context, attributes

if TYPE_CHECKING:
    from typing_extensions import Self

_HEX = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_CHANNELS = (("r", "Red"), ("g", "Green"), ("b", "Blue"))
_HSL = (("h", "Hue", 360, "°"), ("s", "Saturation", 100, "%"), ("l", "Lightness", 100, "%"))
# The luminance with equal contrast to black and to white: (x + 0.05)² = 0.05 · 1.05.
_EVEN = 0.1791
# Everyday colours of things and screens, so that the proof covers frequent choices.
_ORDINARY = (
    "#9bb751", "#f44336", "#e91e63", "#9c27b0", "#3f51b5", "#2196f3", "#4caf50", "#cddc39",
    "#ffeb3b", "#ff9800", "#795548", "#9e9e9e", "#607d8b", "#8b4513", "#ffc0cb", "#1a1a1a",
)  # fmt: skip


class Color(Input):
    """RGB, shape (3,), float32 whole numbers 0 to 255; text `#rrggbb` or `#rgb`, # optional.

    default: text of a figure's initial colour.
    """

    kind: ClassVar[str] = "color"
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {"picker": ("sliders", "field")}

    def __init__(self, default: str = "#9bb751") -> None:
        self._default = self.format(self.parse(default))

    @property
    def shape(self) -> tuple[int, ...]:
        return (3,)

    @property
    def default(self) -> str:
        return self._default

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [3],
            "min": 0,
            "max": 255,
            "channels": ["red", "green", "blue"],
            "default": self._default,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(default=str(spec["default"]))

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        text = text.strip()
        if not _HEX.fullmatch(text):
            raise ValueError(
                f"{text!r} is not a colour: write #rgb or #rrggbb with the digits 0 to 9 and a to "
                "f, such as #9bb751."
            )
        digits = text.removeprefix("#")
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)], np.float32)

    def format(self, values: Values) -> str:
        return "#" + "".join(f"{int(np.clip(round(float(v)), 0, 255)):02x}" for v in values)

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        cases: list[tuple[str, Sequence[float]]]
        cases = [("zero", (0, 0, 0)), ("maximum", (255, 255, 255))]
        corners = [c for c in itertools.product((0, 255), repeat=3) if len(set(c)) == 2]
        cases += [("corner", corner) for corner in corners]
        cases += [("edge", row) for row in np.eye(3)]
        cases += [("edge", 255 - row) for row in np.eye(3)]
        cases += [("ordinary", (grey, grey, grey)) for grey in (32, 64, 96, 128, 160, 192, 224)]
        cases += [("ordinary", self.parse(text).tolist()) for text in _ORDINARY]
        cases += [("random", row) for row in rng.integers(0, 256, (32, 3))]
        return [(group, np.array(values, np.float32)) for group, values in cases]

    def picture(self, values: Values, context: Context) -> str:
        text = self.format(values)
        if context.options.get("picker") == "field":
            return (
                f'<div class="mp-color-field" data-part="field" style="{self._style(values)}">'
                '<span class="mp-color-marker" data-part="marker"></span></div>'
            )
        return (
            f'<div class="mp-color-swatch" data-part="swatch" style="{self._style(values)}">'
            f'<span data-part="swatch-text">{text}</span></div>'
        )

    def controls(self, values: Values, context: Context) -> str:
        if context.options.get("picker") == "field":
            hsl = _hsl(values)
            sliders = [
                _slider(context, key, label, round(hsl[key]), top, unit)
                for key, label, top, unit in _HSL
            ]
        else:
            sliders = [
                _slider(context, key, label, int(values[i]), 255, "")
                for i, (key, label) in enumerate(_CHANNELS)
            ]
        style = self._style(values)
        return (
            f'<div class="mp-sliders mp-color-sliders" data-part="sliders" style="{style}">'
            f"{''.join(sliders)}</div>{_entry(context, self.format(values))}"
        )

    def position(self, values: Values) -> tuple[float, float | None]:
        hsl = _hsl(values)
        return hsl["h"] / 360, hsl["l"] / 100

    def paint(self, values: Values) -> str | None:
        return self.format(values)

    def describe(self, values: Values) -> str:
        return self.format(values)

    def _style(self, values: Values) -> str:
        red, green, blue = (int(v) for v in values)
        hsl = _hsl(values)
        return (
            f"--mp-r:{red};--mp-g:{green};--mp-b:{blue};--mp-h:{hsl['h']:.1f};"
            f"--mp-s:{hsl['s']:.1f}%;--mp-l:{hsl['l']:.1f}%;--mp-on:{ink_on(values)}"
        )


def ink_on(values: Values) -> str:
    """Returns black or white, whichever has more contrast to a colour."""
    return "#000" if _luminance(values) > _EVEN else "#fff"


def _luminance(values: Values) -> float:
    """Returns the relative luminance from 0 to 1, as defined by WCAG 2."""
    shares = (float(v) / 255 for v in values)
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _hsl(values: Values) -> dict[str, float]:
    """Returns hue in degrees, saturation and lightness in percent."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(float(v) / 255 for v in values))
    return {"h": hue * 360, "s": saturation * 100, "l": lightness * 100}


def _entry(context: Context, text: str) -> str:
    """Returns the text field, the browser's picker, and the eyedropper where supported."""
    hex_id, native_id, error = (f"{context.id}-{name}" for name in ("hex", "native", "hex-error"))
    hexadecimal = attributes(id=hex_id, data_part="hex", value=text, aria_describedby=error)
    native = attributes(id=native_id, data_part="native", value=text)
    return (
        '<div class="mp-entry">'
        f'<span class="mp-control"><label for="{hex_id}">Hex</label><input type="text"'
        ' class="mp-text" maxlength="16" size="8" spellcheck="false" autocapitalize="none"'
        f' autocomplete="off"{hexadecimal}></span>'
        f'<span class="mp-control"><label for="{native_id}">Picker</label><input type="color"'
        f' class="mp-color-native" autocomplete="off"{native}></span>'
        '<button type="button" class="mp-button mp-eyedropper" data-part="eyedropper" hidden>'
        "Pick from screen</button>"
        f'<p class="mp-field-error" id="{error}" data-part="hex-error" role="status"></p></div>'
    )


def _slider(context: Context, key: str, label: str, value: int, top: int, unit: str) -> str:
    range_id = f"{context.id}-{key}"
    shared = {"min": 0, "max": top, "step": 1, "value": value, "autocomplete": "off"}
    named = f"{label} in {'degrees' if unit == '°' else 'percent'}" if unit else label
    return (
        f'<div class="mp-slider" data-channel="{key}"><label for="{range_id}">{label}</label>'
        f'<input type="range"{attributes(id=range_id, data_part=f"range-{key}", **shared)}>'
        f'<span class="mp-typed"><input type="number" inputmode="numeric"'
        f"{attributes(data_part=f'value-{key}', aria_label=f'{named}, typed value', **shared)}>"
        f'<span class="mp-unit" aria-hidden="true">{unit}</span></span></div>'
    )
