"""Previews of links: the tags that other sites read, and a picture of the page's own model."""

from __future__ import annotations

import functools
import hashlib
import io
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from modelpress import inputs, outputs
from modelpress.core.png import NEGATIVE, POSITIVE
from modelpress.schema.golden import Golden
from modelpress.site.context import Site
from modelpress.site.fences.portrait import golden_cases, predictions_of_sweep
from modelpress.site.publish.additions import add_file
from modelpress.site.publish.icons import icon

FOLDER = "assets/modelpress/previews"
WIDTH, HEIGHT = 1200, 630  # the size that most readers of `og:image` expect
_PAPER, _INK, _SOFT, _LINE = (252, 251, 248), (32, 31, 28), (95, 93, 87), (214, 211, 203)
_MARGIN, _TEXT, _DRAWING = 72, 640, 380  # pixels: margin, width of the text, side of the drawing
_FONTS = {"bold": "source-sans-3-latin-600-normal-*.woff2", "plain": "source-sans-3-latin-400-*"}

Key = tuple[str, str, str, str, str]
Drawn = tuple[str, bytes]
Font = Any  # Pillow has two kinds


class Previews:
    """The previews of a site's pages.

    drawn: pictures of earlier builds in this process, which are drawn again only if they change.
    """

    def __init__(self, site: Site, name: str, drawn: dict[Key, Drawn]) -> None:
        self._site, self._name, self._drawn = site, name, drawn
        self._used: dict[str, bytes] = {}

    def tags(self, title: str, description: str, slug: str, root: str, address: str) -> str:
        """Returns the tags for the head of a page.

        slug: of its first figure's model, '' for none. root: URL of the site root, absolute if
        known. address: URL of the page, '' if unknown.
        """
        key = (self._name, title, description, slug, self._version(slug))
        if key not in self._drawn:
            self._drawn[key] = preview(self._site, self._name, title, description, slug)
        name, content = self._drawn[key]
        self._used[name] = content
        return head_html(title, description, root + name, address)

    def write(self, site_dir: Path) -> None:
        """Writes the pictures of all pages since the last call."""
        for name, content in self._used.items():
            add_file(site_dir, name, content)
        self._used.clear()

    def _version(self, slug: str) -> str:
        return self._site.models[slug].version if slug else ""


def head_html(title: str, description: str, image: str, page: str) -> str:
    """Returns the tags for a page's head. image, page: URLs; page is '' if unknown."""
    properties = {
        "og:type": "website", "og:title": title, "og:description": description, "og:url": page,
        "og:image": image, "og:image:type": "image/png", "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT), "og:image:alt": title,
    }  # fmt: skip
    tags = [
        f'<meta property="{name}" content="{escape(value)}">'
        for name, value in properties.items()
        if value
    ]
    return "".join([*tags, '<meta name="twitter:card" content="summary_large_image">'])


def preview(site: Site, name: str, title: str, description: str, slug: str) -> tuple[str, bytes]:
    """Returns name and content of the picture: a PNG. slug: of the model drawn, '' for none.

    name: of the site. Text with characters that the font lacks is left out.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    mark = Image.open(io.BytesIO(_mark())).convert("RGB").resize((56, 56), Image.Resampling.LANCZOS)
    picture.paste(mark, (_MARGIN, _MARGIN))
    folder = site.public / "assets" / "modelpress"
    _write(draw, name, _font(folder, "bold", 30), (_MARGIN + 76, _MARGIN + 9), _SOFT, lines=1)
    below = _write(draw, title, _font(folder, "bold", 64), (_MARGIN, 176), _INK, lines=3)
    _write(draw, description, _font(folder, "plain", 31), (_MARGIN, below + 22), _SOFT, lines=4)
    if slug:
        _draw_model(picture, draw, site, slug)
    file = io.BytesIO()
    picture.quantize(64, Image.Quantize.FASTOCTREE).save(file, "PNG")
    content = file.getvalue()
    return f"{FOLDER}/{hashlib.sha256(content).hexdigest()[:12]}.png", content


@functools.cache
def _mark() -> bytes:
    return icon(192)


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    font: Font,
    place: tuple[int, int],
    fill: tuple[int, int, int],
    lines: int,
) -> int:
    """Draws text in at most `lines` lines and returns the height below it."""
    left, top = place
    room = _TEXT - (left - _MARGIN)
    line_height = round(font.getbbox("Hg")[3] * 1.05)
    if not _covers(font, text):
        return top
    written: list[str] = []
    for word in text.split():
        if written and font.getlength(f"{written[-1]} {word}") <= room:
            written[-1] += f" {word}"
        elif len(written) == lines:
            written[-1] = _cut(font, f"{written[-1]} …", room)
            break
        else:
            written.append(_cut(font, word, room))
    for line in written:
        draw.text((left, top), line, font=font, fill=fill)
        top += line_height
    return top


def _cut(font: Font, text: str, room: int) -> str:
    """Returns the text, shortened at its end to at most `room` pixels."""
    while len(text) > 1 and font.getlength(text) > room:
        text = text.removesuffix("…").rstrip()[:-1] + "…"
    return text


def _covers(font: Font, text: str) -> bool:
    """Returns whether the font has a glyph for every character: a missing one is a box."""
    missing = bytes(font.getmask("\uffff"))
    return all(bytes(font.getmask(c)) != missing for c in set(text) if not c.isspace())


def _font(folder: Path, weight: str, size: int) -> Font:
    """Returns the site's own font, or Pillow's."""
    for path in sorted(folder.glob(_FONTS[weight])):
        try:
            return ImageFont.truetype(str(path), size)
        except OSError:  # a Pillow without WOFF2
            break
    return ImageFont.load_default(size)


def _draw_model(picture: Image.Image, draw: ImageDraw.ImageDraw, site: Site, slug: str) -> None:
    """Draws the first layer's weights, else the map or curve of predictions, else golden cases."""
    entry = site.models[slug]
    left, top = WIDTH - _MARGIN - _DRAWING, (HEIGHT - _DRAWING) // 2
    box = (left, top, left + _DRAWING, top + _DRAWING)
    kind_in = inputs.from_spec(entry.input.as_dict())
    kind_out = outputs.from_spec(entry.output.as_dict())
    if entry.weights:
        weights = Image.open(site.public / entry.files[entry.weights.file].url).convert("RGBA")
        scale = _DRAWING / max(weights.size)
        size = (round(weights.width * scale), round(weights.height * scale))
        weights = weights.resize(size, Image.Resampling.BILINEAR)
        picture.paste(weights, (left, (HEIGHT - size[1]) // 2), weights)
        return
    if swept := predictions_of_sweep(site, slug):
        places, levels = swept
        if places.shape[1] == 1:
            _curve(draw, box, places[:, 0], levels)
        else:
            _map(picture, box, places, levels)
        return
    _cases(draw, box, kind_in, kind_out, golden_cases(site, slug))


def _curve(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], x: Any, levels: Any) -> None:
    order = np.argsort(x)
    x, y = x[order], levels[order]
    left, top, right, bottom = box
    across = left + (x - x[0]) / (x[-1] - x[0] or 1) * (right - left)
    up = bottom - (y - y.min()) / (y.max() - y.min() or 1) * (bottom - top)
    draw.rectangle(box, outline=_LINE, width=2)
    draw.line(list(zip(across, up, strict=True)), fill=POSITIVE, width=6, joint="curve")


def _map(picture: Image.Image, box: tuple[int, int, int, int], places: Any, levels: Any) -> None:
    xs, columns = np.unique(places[:, 0], return_inverse=True)
    ys, rows = np.unique(places[:, 1], return_inverse=True)
    middle, half = (levels.min() + levels.max()) / 2, (levels.max() - levels.min()) / 2 or 1
    scaled = np.zeros((len(ys), len(xs), 1))
    scaled[len(ys) - 1 - rows, columns, 0] = np.clip((levels - middle) / half, -1, 1)
    ends = np.where(scaled > 0, np.array(POSITIVE), np.array(NEGATIVE))
    colours = np.array(_PAPER) + (ends - np.array(_PAPER)) * np.abs(scaled)
    drawn = Image.fromarray(colours.round().astype(np.uint8))
    picture.paste(drawn.resize((_DRAWING, _DRAWING), Image.Resampling.BICUBIC), box[:2])


def _cases(
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    kind_in: inputs.Input,
    kind_out: outputs.Output,
    golden: Golden,
) -> None:
    """Draws a square for each golden case: its input's colour around its prediction's."""
    count = min(len(golden.inputs), 64)
    side, cell = max(1, round(count**0.5)), _DRAWING / max(1, round(count**0.5))
    for i in range(min(count, side * side)):
        x, y = box[0] + i % side * cell, box[1] + i // side * cell
        outer = kind_in.paint(golden.inputs[i]) or _LINE
        inner = kind_out.paint(golden.outputs[i]) or _SOFT
        draw.rectangle((x, y, x + cell - 5, y + cell - 5), fill=outer)
        third = cell / 3
        draw.ellipse((x + third, y + third, x + 2 * third, y + 2 * third), fill=inner)
