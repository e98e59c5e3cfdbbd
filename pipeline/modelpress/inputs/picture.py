"""A picture, in any format that the browser can decode, as a few pixels, grey or in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress import pixels
from modelpress.core.errors import shown
from modelpress.core.png import data_uri, pixels_png
from modelpress.inputs import Input, Values
from modelpress.kinds import picture_html
from modelpress.kinds.registry import Context, attributes

if TYPE_CHECKING:
    from typing_extensions import Self

_SMALLEST, _LARGEST = 2, 256
_SMALLEST_FITTING = 8  # side in pixels; smaller grids are treated as tables of numbers


class Picture(Input):
    """Grey pixels, shape (height, width), or (height, width, 1) with `channel`; or red, green and
    blue, shape (height, width, 3), with `channels=3`. Float32 whole numbers 0 (black) to 255
    (white).

    The reader drops, pastes or chooses a picture; `modelpress.pixels.network_view` converts it.
    The text is base64 of the pixels.

    contrast: stretch it, for a network that was trained on stretched pictures
    (`modelpress.pixels.stretch_all`). invert: swap dark and light. examples: pictures to choose
    from, by name, each as levels of the shape, stretched likewise, or as the text of pixels.
    default: text of the initial picture; by default the first example, or a disc. channel: whether
    the shape of a grey picture ends in a 1. channels: 1 for grey, 3 for colour.
    """

    kind: ClassVar[str] = "picture"

    def __init__(
        self,
        height: int = 28,
        width: int = 28,
        *,
        contrast: bool = True,
        invert: bool = False,
        examples: Mapping[str, npt.ArrayLike] | None = None,
        default: str | None = None,
        channel: bool = False,
        channels: int = 1,
    ) -> None:
        for side in (height, width):
            if not _SMALLEST <= side <= _LARGEST:
                raise ValueError(
                    f"{type(self).__name__} needs sides of {_SMALLEST} to {_LARGEST} pixels; found "
                    f"{height} × {width}."
                )
        if channels not in (1, 3):
            raise ValueError(
                f"{type(self).__name__} needs channels=1 (grey) or channels=3 (red, green, blue); "
                f"found {shown(channels)}."
            )
        self._size, self._channels = (height, width), int(channels)
        self._pixels = self._size if channels == 1 else (*self._size, 3)
        self._contrast, self._invert, self._channel = contrast, invert, channel
        self._examples = {
            str(name): self._example(str(name), picture)
            for name, picture in (examples or {}).items()
        }
        first = next(iter(self._examples.values()), None)
        self._default = self.canonical(
            default if default is not None else first or pixels.text_of(self._ball_picture())
        )

    @classmethod
    def fitting(
        cls, shape: tuple[int, ...], low: Sequence[float], high: Sequence[float]
    ) -> Input | None:
        fits = len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3))
        if cls is not Picture or not fits or min(shape[:2]) < _SMALLEST_FITTING:
            return None
        if min(low) < 0 or max(high) > 255:
            return None
        if max(high) <= 1:
            raise ValueError(
                f"pictures with values from {min(low):g} to {max(high):g}; a picture's pixels are "
                "0 to 255, and a layer of the network must scale them (keras.layers.Rescaling)"
            )
        return cls(shape[0], shape[1], contrast=False, **_last_axis(shape))

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self._size, self._channels) if self._channel or self._channels > 1 else self._size

    @property
    def default(self) -> str:
        return self._default

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": list(self.shape),
            "min": 0,
            "max": 255,
            "contrast": self._contrast,
            "invert": self._invert,
            "examples": [[name, text] for name, text in self._examples.items()],
            "default": self._default,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        shape = spec["shape"]
        return cls(
            shape[0],
            shape[1],
            contrast=bool(spec["contrast"]),
            invert=bool(spec["invert"]),
            examples=dict(spec["examples"]),
            default=str(spec["default"]),
            **_last_axis(shape),
        )

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        return self._read(text).astype(np.float32).reshape(self.shape)

    def format(self, values: Values) -> str:
        return pixels.text_of(self._levels(values))

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        given = [("ordinary", self._levels(self.parse(text))) for text in self._examples.values()]
        color = self._channels > 1
        made = picture_html.color_proof_pictures if color else picture_html.proof_pictures
        return [
            (group, levels.astype(np.float32).reshape(self.shape))
            for group, levels in [*made(*self._size, rng), *given]
        ]

    def picture(self, values: Values, context: Context) -> str:
        levels = self._levels(values)
        return (
            f'<div class="mp-looking"><div class="mp-view" data-part="view">'
            f"{picture_html.pixels_html('shown', levels)}{self._over_view()}</div>"
            f"{self._beneath()}{picture_html.preview_html(levels, self._how())}</div>"
        )

    def controls(self, values: Values, context: Context) -> str:
        return (
            f'<span class="mp-buttons">{self._buttons()}'
            f"{picture_html.button('choose', 'Choose a picture')}</span>{_zoom(context)}"
            f"{self._example_buttons(context)}"
        )

    def position(self, values: Values) -> tuple[float, float | None]:
        levels = np.asarray(values, np.float64).reshape(*self._size, self._channels)
        return picture_html.centre_of_mass(levels.mean(axis=-1))

    def describe(self, values: Values) -> str:
        return "The picture"

    def _over_view(self) -> str:
        """Returns HTML over the picture, for kinds that show more than pixels."""
        return ""

    def _beneath(self) -> str:
        """Returns buttons directly below the picture."""
        return ""

    def _buttons(self) -> str:
        """Returns buttons in the row, before the common ones."""
        return ""

    def _how(self) -> str:
        words = "in colour" if self._channels > 1 else "in grey"
        stretched = f"{words}, contrast stretched" if self._contrast else words
        return f"{stretched}, inverted" if self._invert else stretched

    def _example_buttons(self, context: Context) -> str:
        if not self._examples:
            return ""
        buttons = "".join(
            f'<button type="button" class="mp-example" data-part="example">'
            f"<img{attributes(src=self._png(text), alt='')}><span>{escape(name)}</span></button>"
            for name, text in self._examples.items()
        )
        words = f"{context.id}-examples"
        return (
            f'<div class="mp-examples" role="group" aria-labelledby="{words}">'
            f'<span id="{words}">Examples</span>{buttons}</div>'
        )

    def _png(self, text: str) -> str:
        return data_uri(pixels_png(self._read(text)))

    def _example(self, name: str, picture: Any) -> str:
        if isinstance(picture, str):
            return self.canonical(picture)
        levels = np.asarray(picture)
        if levels.shape not in (self._pixels, self.shape, (*self._size, self._channels)):
            raise ValueError(
                f"the example {name!r} has the shape {levels.shape}; "
                f"{type(self).__name__} expects {self._pixels}."
            )
        found = self._levels(levels)
        return pixels.text_of(pixels.stretch(found) if self._contrast else found)

    def _levels(self, values: Any) -> npt.NDArray[np.uint8]:
        return pixels.whole(np.asarray(values, np.float64)).reshape(self._pixels)

    def _read(self, text: str) -> pixels.Levels:
        return pixels.from_text(text, *self._size, self._channels)

    def _ball_picture(self) -> pixels.Levels:
        grey = _disc(*self._size)
        if self._channels == 1:
            return grey
        # The ball is orange in front of blue: channels that are told apart at a glance.
        inside = _ball(*self._size)[..., np.newaxis]
        tint = inside * (1.0, 0.6, 0.25) + (1 - inside) * (0.45, 0.7, 1.0)
        return pixels.whole(grey[..., np.newaxis].astype(np.float64) * tint)


def _last_axis(shape: Sequence[int]) -> dict[str, Any]:
    """Returns the arguments that give a picture the last axis of `shape`."""
    return {"channels": 3} if tuple(shape[2:]) == (3,) else {"channel": len(shape) == 3}


def _zoom(context: Context) -> str:
    """Returns a slider and a number field for the zoom: the part of the picture that is used."""
    name = f"{context.id}-zoom"
    shared = {"min": 1, "max": 4, "step": 0.1, "value": 1, "autocomplete": "off"}
    return (
        f'<div class="mp-sliders"><div class="mp-slider"><label for="{name}">Zoom</label>'
        f'<input type="range"{attributes(id=name, data_part="zoom", **shared)}>'
        '<span class="mp-typed"><input type="number" inputmode="decimal"'
        f"{attributes(data_part='zoom-value', aria_label='Zoom, typed value', **shared)}>"
        '<span class="mp-unit" aria-hidden="true">×</span></span></div></div>'
    )


def _disc(height: int, width: int) -> pixels.Levels:
    """Returns a ball in front of a lighter background, the picture if no other is known."""
    x, y = _from_middle(height, width)
    light = 235 - 150 * np.sqrt((x + 0.45) ** 2 + (y + 0.45) ** 2) / 1.6
    ground = 150 + 60 * (np.mgrid[:height, :width][0] + 0.5) / height
    return pixels.whole(ground + _ball(height, width) * (light - ground))


def _ball(height: int, width: int) -> npt.NDArray[np.float64]:
    """Returns how much of each pixel the ball covers, 0 to 1."""
    x, y = _from_middle(height, width)
    covered = np.clip((1 - np.sqrt(x * x + y * y)) * 0.36 * min(height, width) + 0.5, 0, 1)
    return np.asarray(covered, np.float64)


def _from_middle(height: int, width: int) -> tuple[npt.NDArray[np.float64], ...]:
    """Returns each pixel's place from the middle, x and y, in radii of the ball."""
    down, across = np.mgrid[:height, :width] + 0.5
    side = min(height, width)
    return (across - width / 2) / (0.36 * side), (down - height / 2) / (0.36 * side)
