"""A picture, grey or in colour, or a mask over the input."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress import pixels
from modelpress.core.errors import shown
from modelpress.core.number_format import integer, percent, short, significant
from modelpress.kinds import picture_html
from modelpress.kinds.registry import Context
from modelpress.outputs import Output, Values

if TYPE_CHECKING:
    from typing_extensions import Self

    from modelpress.inputs import Input

_SMALLEST, _LARGEST = 2, 256


class Picture(Output):
    """Pixels, shape (height, width), or (height, width, 1) with `channel`; or red, green and blue,
    shape (height, width, 3), with `channels=3`.

    Beside it stands the input, if that is a picture.

    low, high: the values drawn black and white; a value outside is drawn at the end of the range,
    and the text counts them. mask: draw a picture of one channel over the input instead, from
    nothing at `low` to `color` at `high`.
    """

    kind: ClassVar[str] = "picture"

    def __init__(
        self,
        height: int,
        width: int,
        *,
        low: float = 0,
        high: float = 1,
        channels: int = 1,
        channel: bool = False,
        mask: bool = False,
        color: str = "#e6007e",
    ) -> None:
        for side in (height, width):
            if not _SMALLEST <= side <= _LARGEST:
                raise ValueError(
                    f"Picture needs sides of {_SMALLEST} to {_LARGEST} pixels; found "
                    f"{height} × {width}."
                )
        if channels not in (1, 3):
            raise ValueError(
                "Picture needs channels=1 (grey) or channels=3 (red, green, blue); found "
                f"{shown(channels)}."
            )
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(
                f"Picture needs low < high, finite numbers such as 0 and 1; found {low} and {high}."
            )
        if mask and channels != 1:
            raise ValueError("Picture needs channels=1 for a mask; found channels=3.")
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
            raise ValueError(f"Picture needs a colour #rrggbb; found {shown(color)}.")
        self._size, self._channels = (height, width), int(channels)
        self._channel = channel
        self.low, self.high = float(low), float(high)
        self.mask, self.color = bool(mask), color.lower()

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self._size, self._channels) if self._channel or self._channels > 1 else self._size

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": list(self.shape),
            "low": self.low,
            "high": self.high,
            "mask": self.mask,
            "color": self.color,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        height, width, *last = spec["shape"]
        return cls(
            height,
            width,
            low=spec["low"],
            high=spec["high"],
            channels=3 if last == [3] else 1,
            channel=last == [1],
            mask=spec["mask"],
            color=spec["color"],
        )

    def check_input(self, input: Input) -> None:
        if self.mask and not _is_picture(input.spec()):
            raise ValueError(f"a mask lies over a Picture or a Camera, not over {input.kind!r}")

    def picture(self, values: Values, context: Context) -> str:
        before = _given(context) if _is_picture(context.input) else None
        levels = self._levels(values)
        if self.mask:
            return self._over(before, levels)
        after = picture_html.pixels_html("after", levels, "The prediction")
        if before is None:
            return f'<div class="mp-shot mp-shot-one">{after}</div>'
        first = picture_html.pixels_html("before", before, "The input")
        return (
            f'<div class="mp-shots"><div class="mp-shot">{first}<p>Before</p></div>'
            f'<div class="mp-shot">{after}<p>After</p></div></div>'
        )

    def _over(self, before: pixels.Levels | None, levels: pixels.Levels) -> str:
        """Returns the HTML of the mask over the input."""
        under = "" if before is None else picture_html.pixels_html("before", before)
        over = picture_html.pixels_html("after", self._colored(levels))
        height, width = self._size if before is None else before.shape[:2]
        words = f"The mask, {short(self.low)} clear, {short(self.high)} in colour"
        return (
            '<div class="mp-shot mp-shot-one"><div class="mp-mask" role="img" '
            'aria-label="The input, and over it the mask" '
            f'style="aspect-ratio:{width}/{height}">{under}{over}</div>'
            f'<p><i class="mp-mask-key" style="--mp-mark:{self.color}"></i>{words}</p></div>'
        )

    def describe(self, values: Values) -> str:
        flat = np.asarray(values, np.float64).ravel()
        height, width = self._size
        if self.mask:
            middle = (self.low + self.high) / 2
            above = percent(int((flat > middle).sum()) / len(flat))
            words = f"a mask with {above} of {integer(len(flat))} pixels above {short(middle)}"
        else:
            words = f"a picture of {width} × {height} pixels"
        ends = f"{significant(flat.min())} to {significant(flat.max())}"
        outside = int(((flat < self.low) | (flat > self.high)).sum())
        drawn = (
            f"; {integer(outside)} outside {short(self.low)} to {short(self.high)}"
            if outside
            else ""
        )
        return f"{words} (values {ends}{drawn})"

    def _levels(self, values: Values) -> pixels.Levels:
        shape = self._size if self._channels == 1 else (*self._size, 3)
        return _levels_of(values, self.low, self.high).reshape(shape)

    def _colored(self, levels: pixels.Levels) -> pixels.Levels:
        """Returns red, green, blue and opacity of the mask, (height, width, 4)."""
        rgba = np.empty((*self._size, 4), np.uint8)
        rgba[..., :3] = [int(self.color[i : i + 2], 16) for i in (1, 3, 5)]
        rgba[..., 3] = levels
        return rgba


def _levels_of(values: Any, low: float, high: float) -> pixels.Levels:
    flat = np.asarray(values, np.float64).ravel()
    return pixels.whole((flat - low) / (high - low) * 255)


def _is_picture(spec: Mapping[str, Any]) -> bool:
    """Returns whether an input's spec has the shape and the one range of a picture's pixels."""
    shape, ends = spec.get("shape", ()), [spec.get("min"), spec.get("max")]
    return (
        len(shape) in (2, 3)
        and min(shape[:2]) >= _SMALLEST
        and tuple(shape[2:]) in ((), (1,), (3,))
        and all(isinstance(end, int | float) for end in ends)
    )


def _given(context: Context) -> npt.NDArray[np.uint8]:
    """Returns the input as levels: (h, w), or (h, w, 3)."""
    spec = context.input
    shape = [each for each in spec["shape"] if each != 1 or len(spec["shape"]) == 2]
    return _levels_of(context.given, spec["min"], spec["max"]).reshape(shape)
