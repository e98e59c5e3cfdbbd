"""A drawing: pen strokes, centred and scaled like MNIST's digits."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress import pixels
from modelpress.core.png import data_uri, pixels_png
from modelpress.inputs import Input, Values
from modelpress.kinds import drawing_raster, picture_html
from modelpress.kinds.registry import Context, attributes

if TYPE_CHECKING:
    from typing_extensions import Self

_SIDE = drawing_raster.SIDE
_THREE = (
    "88.72-98.62-108.52-119.46-134.42-149.41-162.45-173.55-182.67-184.80-179.94-170.107-159.118-"
    "141.124-126.129-127.134-144.137-164.141-177.150-188.164-194.180-192.195-184.211-172.224-"
    "158.233-141.238-124.238-109.233-94.222-80.212"
)
# Further drawings to prove a model on: an upright, a slant, a cross, a hook, a ring, a dot.
_ORDINARY = (
    "140.30-140.250", "190.40-100.240", "60.60-220.220_220.60-60.220", "70.60-210.60-120.240",
    "140.40-90.70-70.140-90.210-140.240-190.210-210.140-190.70-140.40", "140.140",
    "100.40-80.140-200.140_180.40.150-180.250.60", "90.50-190.50_140.50-140.230_90.230-190.230",
)  # fmt: skip


class Drawing(Input):
    """Pixels of a drawing, shape (28, 28), float32 whole numbers 0 (paper) to 255 (ink).

    The reader draws with pen, finger, mouse or arrow keys, or gives a picture of something drawn.
    The text is that of `modelpress.kinds.drawing_raster`, or base64 of the pixels, as
    `modelpress.pixels` writes them.

    default: text of a figure's initial drawing. pen: width of the pen in the network's pixels; 2.8
    is the median of MNIST's digits (their ink divided by their skeletons' length).
    """

    kind: ClassVar[str] = "drawing"

    def __init__(self, default: str = _THREE, *, pen: float = 2.8) -> None:
        if not 1 <= pen <= 8:
            raise ValueError(f"Drawing needs a pen 1 to 8 pixels wide; found {pen}.")
        self._pen = float(pen)
        self._default = self.canonical(default)

    @property
    def shape(self) -> tuple[int, ...]:
        return (_SIDE, _SIDE)

    @property
    def default(self) -> str:
        return self._default

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [_SIDE, _SIDE],
            "min": 0,
            "max": 255,
            "pen": self._pen,
            "default": self._default,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(str(spec["default"]), pen=float(spec["pen"]))

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        found = _pixels(text)
        if found is None:
            found = drawing_raster.raster(drawing_raster.strokes_of(text), self._pen)
        return found.astype(np.float32)

    def format(self, values: Values) -> str:
        return pixels.text_of(_levels(values))

    def canonical(self, text: str) -> str:
        found = _pixels(text)
        if found is not None:
            return pixels.text_of(found)
        return drawing_raster.strokes_text(drawing_raster.strokes_of(text))

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        drawn = [("ordinary", self.parse(text)) for text in _ORDINARY]
        for _ in range(4):
            # A random walk of the pen: an unlikely but possible drawing.
            steps = rng.integers(-60, 61, (12, 2)).cumsum(axis=0) + 140
            points = tuple((int(x), int(y), 100) for x, y in np.clip(steps, 0, drawing_raster.PAD))
            drawn.append(("random", self.parse(drawing_raster.strokes_text((points,)))))
        shown = picture_html.proof_pictures(_SIDE, _SIDE, rng)
        return [(group, levels.astype(np.float32)) for group, levels in shown] + drawn

    def picture(self, values: Values, context: Context) -> str:
        levels = _levels(values)
        drawn = self._drawn(context.text, levels)
        keys = f"{context.id}-keys"
        pad = attributes(
            data_part="pad",
            role="img",
            aria_label="Drawing pad",
            aria_describedby=keys,
            style=self._style(),
        )
        below = picture_html.buttons(
            picture_html.button("undo", "Undo", aria_disabled="true"),
            picture_html.button("redo", "Redo", aria_disabled="true"),
            picture_html.button("clear", "Clear"),
        )
        return (
            f'<div class="mp-drawing"><div class="mp-pad"{pad}>'
            f'<svg viewBox="0 0 {drawing_raster.PAD} {drawing_raster.PAD}" data-part="ink" '
            f'aria-hidden="true">'
            f'{drawn}</svg><span class="mp-pen" data-part="pen" aria-hidden="true"></span>'
            f'<p class="mp-pad-keys" id="{keys}" data-part="keys">'
            f"Arrow keys move the pen; the space bar lowers and lifts it.</p></div>{below}"
            f"{picture_html.preview_html(levels, 'the drawing scaled and centred')}</div>"
        )

    def controls(self, values: Values, context: Context) -> str:
        return (
            f'<span class="mp-buttons">{picture_html.button("choose", "Choose a picture")}</span>'
        )

    def position(self, values: Values) -> tuple[float, float | None]:
        return picture_html.centre_of_mass(np.asarray(values, np.float64).reshape(_SIDE, _SIDE))

    def describe(self, values: Values) -> str:
        return "The drawing"

    def _style(self) -> str:
        return f"--mp-pen:{self._pen * drawing_raster.PAD / _SIDE:.3g}"

    def _drawn(self, text: str, levels: npt.NDArray[np.uint8]) -> str:
        """Returns the pad's SVG: the strokes of the text if it has them, else the pixels."""
        try:
            drawing = drawing_raster.strokes_of(text)
        except ValueError:
            return (
                f'<image width="{drawing_raster.PAD}" height="{drawing_raster.PAD}" '
                f'href="{data_uri(pixels_png(pixels.inverted(levels)))}"/>'
            )
        return "".join(_stroke(stroke) for stroke in drawing)


def _stroke(stroke: tuple[drawing_raster.Point, ...]) -> str:
    """Returns round-ended lines, split into segments where the pen's pressure changes."""
    points = stroke if len(stroke) > 1 else stroke * 2
    if len({width for _, _, width in points}) == 1:
        pieces: list[tuple[drawing_raster.Point, ...]] = [points]
    else:
        pieces = list(itertools.pairwise(points))
    html = ""
    for piece in pieces:
        width = sum(width for _, _, width in piece) / len(piece) / 100
        at = " ".join(f"{x},{y}" for x, y, _ in piece)
        html += f'<polyline points="{at}" style="--mp-w:{width:.3g}"/>'
    return html


def _pixels(text: str) -> npt.NDArray[np.uint8] | None:
    """Returns the pixels of a base64 text, or None. Strokes contain dots, which base64 doesn't."""
    try:
        return pixels.from_text(text, _SIDE, _SIDE)
    except ValueError:
        return None


def _levels(values: Values) -> npt.NDArray[np.uint8]:
    return pixels.whole(np.asarray(values, np.float64)).reshape(_SIDE, _SIDE)
