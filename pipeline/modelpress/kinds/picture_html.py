"""HTML shared by the picture kinds: the preview of the network's input, and buttons."""

from __future__ import annotations

from html import escape

import numpy as np
import numpy.typing as npt

from modelpress.core.png import data_uri, pixels_png
from modelpress.kinds.registry import attributes
from modelpress.pixels import Levels, inverted


def pixels_html(part: str, levels: Levels, name: str = "") -> str:
    """Returns a canvas whose background is the levels, visible without a script.

    levels: (h, w) or (h, w, 3).
    name: its accessible name; omit it for a picture that text describes.
    """
    height, width = levels.shape[:2]
    access = {"role": "img", "aria_label": name} if name else {"aria_hidden": "true"}
    style = f"background-image:url({data_uri(pixels_png(levels))})"
    return (
        f'<canvas class="mp-pixels" '
        f"{attributes(data_part=part, width=width, height=height, style=style, **access)}></canvas>"
    )


def preview_html(levels: Levels, how: str) -> str:
    """Returns the preview of the network's input, with a caption. how: how it was made."""
    height, width = levels.shape[:2]
    canvas = pixels_html("seen", levels, "What the network sees")
    return (
        f'<div class="mp-seen">{canvas}<p><strong>What the network sees</strong> '
        f"{width} × {height} pixels, {escape(how)}</p></div>"
    )


def buttons(*each: str) -> str:
    """Returns a row of buttons directly below a picture, within a thumb's reach."""
    return f'<div class="mp-beneath">{"".join(each)}</div>'


def button(part: str, words: str, **more: object) -> str:
    """Returns a button of the figure's row."""
    return (
        f'<button type="button" class="mp-button"{attributes(data_part=part, **more)}>'
        f"{escape(words)}</button>"
    )


def centre_of_mass(levels: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Returns the centre of mass, x and y from 0 to 1, y upwards; the middle of a black picture."""
    total = float(levels.sum())
    if total == 0:
        return 0.5, 0.5
    height, width = levels.shape
    x = float((levels.sum(axis=0) * (np.arange(width) + 0.5)).sum()) / total / width
    y = float((levels.sum(axis=1) * (np.arange(height) + 0.5)).sum()) / total / height
    return x, 1 - y


def color_proof_pictures(
    height: int, width: int, rng: np.random.Generator
) -> list[tuple[str, Levels]]:
    """Returns `proof_pictures` in colour, (height, width, 3), and pictures of one colour each.

    The channels differ: each is another one of the grey pictures of its group.
    """
    groups: dict[str, list[Levels]] = {}
    for group, levels in proof_pictures(height, width, rng):
        groups.setdefault(group, []).append(levels)
    cases = []
    for group, found in groups.items():
        for i in range(len(found)):
            planes = [found[(i + shift) % len(found)] for shift in range(3)]
            cases.append((group, np.stack(planes, -1)))
    for lit in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255)):
        cases.append(("edge", np.full((height, width, 3), lit, np.uint8)))
    return cases


def proof_pictures(height: int, width: int, rng: np.random.Generator) -> list[tuple[str, Levels]]:
    """Returns (group, levels) of pictures that a model is proven on.

    They are black, white, single pixels in the corners, the faintest and the strongest levels,
    gradients, discs and bars, and random blotches from `rng`.
    """
    full = np.full((height, width), 255, np.uint8)
    cases: list[tuple[str, Levels]] = [("zero", np.zeros_like(full)), ("maximum", full)]
    for y, x in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        corner = np.zeros((height, width), np.uint8)
        corner[y, x] = 255
        cases += [("corner", corner), ("corner", inverted(corner))]
    cases += [("edge", np.full((height, width), level, np.uint8)) for level in (1, 127, 128, 254)]
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    away = np.sqrt((across - 0.5) ** 2 + (down - 0.5) ** 2)
    shapes = [across, 1 - across, down, 1 - down, (across + down) / 2, 1 - np.minimum(1, away * 2)]
    shapes += [1.0 * (away < radius) for radius in (0.15, 0.3, 0.45)]
    shapes += [1.0 * (abs(across - place) < 0.1) for place in (0.25, 0.5, 0.75)]
    shapes += [1.0 * (abs(down - place) < 0.1) for place in (0.25, 0.5, 0.75)]
    cases += [("ordinary", np.round(shape * 255).astype(np.uint8)) for shape in shapes]
    # Blotches instead of noise, which no picture resembles and no file format compresses.
    for size in (2, 3, 4, 6):
        for _ in range(9):
            coarse = rng.integers(0, 256, (-(-height // size), -(-width // size)), np.uint8)
            blotches = np.kron(coarse, np.ones((size, size), np.uint8))[:height, :width]
            cases.append(("random", blotches))
    return cases
