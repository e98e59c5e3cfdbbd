"""A second of sound: from the microphone, from a file, or a pure tone."""

import base64
import binascii
import re
from html import escape

import numpy as np

from modelpress.core.png import data_uri, pixels_png
from modelpress.inputs import Input
from soundkinds.mel import BANDS, FRAMES, centres, log_mel, tone

_TONE = re.compile(r"(\d{2,4}) Hz")
_LOWEST, _HIGHEST = 50, 3900


class Sound(Input):
    """A log-mel spectrogram, shape (32, 16), float32 whole numbers 0 (silent) to 255 (loud).

    The text is base64 of the levels, or a pure tone: 440 Hz.
    """

    kind = "sound"
    fit_rank = 1

    def __init__(self, default="440 Hz"):
        self._default = self.canonical(default)

    @property
    def shape(self):
        return (FRAMES, BANDS)

    @property
    def default(self):
        return self._default

    def spec(self):
        shape = [FRAMES, BANDS]
        return {"kind": "sound", "shape": shape, "min": 0, "max": 255, "default": self._default}

    @classmethod
    def from_spec(cls, spec):
        return cls(spec["default"])

    @classmethod
    def fitting(cls, shape, low, high):
        return cls() if shape == (FRAMES, BANDS) else None

    def parse(self, text):
        found = _TONE.fullmatch(text.strip())
        if found and _LOWEST <= int(found[1]) <= _HIGHEST:
            return log_mel(tone(int(found[1])))
        try:
            levels = base64.b64decode(text, "-_", validate=True)
        except (binascii.Error, ValueError):
            levels = b""
        if len(levels) != FRAMES * BANDS:
            raise ValueError(
                f"{text[:40]!r} is not a sound: write a tone from {_LOWEST} Hz to {_HIGHEST} Hz, "
                "such as 440 Hz, or base64 of 512 levels."
            )
        return np.frombuffer(levels, np.uint8).astype(np.float32).reshape(self.shape)

    def format(self, values):
        levels = np.asarray(values, np.float64).round().clip(0, 255).astype(np.uint8)
        return base64.b64encode(levels.tobytes(), b"-_").decode()

    def golden(self, rng):
        quiet, loud = np.zeros(self.shape), np.full(self.shape, 255)
        cases = [("zero", quiet), ("maximum", loud)]
        cases += [("corner", np.where(np.arange(BANDS) < half, 255, quiet)) for half in (4, 8, 12)]
        cases += [("edge", quiet + 1), ("edge", loud - 1)]
        cases += [("ordinary", log_mel(tone(each))) for each in range(100, 3900, 120)]
        cases += [("random", rng.integers(0, 256, self.shape)) for _ in range(32)]
        return [(group, np.asarray(values, np.float32)) for group, values in cases]

    def picture(self, values, context):
        levels = np.asarray(values).reshape(self.shape).T[::-1].astype(np.uint8)
        return (
            '<div class="sound-picture" data-part="sound-picture">'
            f'<img alt="" width="{FRAMES}" height="{BANDS}" src="{data_uri(pixels_png(levels))}">'
            "</div>"
        )

    def controls(self, values, context):
        prefix = escape(context.id)
        shared = f'min="{_LOWEST}" max="{_HIGHEST}" value="440" autocomplete="off"'
        return (
            '<div class="mp-sliders"><div class="mp-slider">'
            f'<label for="{prefix}-tone">Tone</label>'
            f'<input type="range" id="{prefix}-tone" data-part="tone" step="10" {shared}>'
            '<span class="mp-typed"><input type="number" inputmode="numeric" data-part="hertz" '
            f'aria-label="Tone, typed value" {shared}><span class="mp-unit">Hz</span></span>'
            '</div></div><div class="mp-entry"><button type="button" class="mp-button" '
            'data-part="record">Record one second</button><span class="mp-control">'
            f'<label for="{prefix}-file">Sound file</label><input type="file" id="{prefix}-file" '
            'accept="audio/*" data-part="file"></span></div>'
        )

    def position(self, values):
        return self._loudest(values) / (BANDS - 1), None

    def describe(self, values):
        if np.asarray(values).max() == 0:
            return "silence"
        return f"a sound around {centres()[self._loudest(values)]:.0f} Hz"

    def _loudest(self, values):
        return int(np.asarray(values).reshape(self.shape).sum(0).argmax())
