"""Pictures into a figure, good ones and bad ones, as a person gives them."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from modelpress.pixels import Box, from_text, network_view, text_of
from tests.browser.figures import part
from tests.browser.pixel_site import choose, opened, pixel_url, shown_pixels

__all__ = ["pixel_url"]  # a fixture

READING = re.compile(r"^The picture is (\w+), ")


def lit(side: str, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture that is bright on one side, in color."""
    width, height = size
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    light = {"left": 1 - across, "right": across, "top": 1 - down, "bottom": down}[side]
    rgb = np.stack([light * 255, light * 200, light * 90 + 20], -1)
    return Image.fromarray(rgb.astype(np.uint8))


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.engines
def test_a_file_is_seen_as_python_sees_it(pixel_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, pixel_url, "picture")
    for side in ("right", "bottom"):
        file = saved(tmp_path / f"{side}.png", lit(side))
        choose(figure, file)
        expect(part(figure, "reading")).to_have_text(re.compile(f"^The picture is {side}, "))
        expected = network_view(
            np.asarray(Image.open(file).convert("RGBA")), 28, 28, contrast=False
        )
        assert (shown_pixels(figure) == expected).all()
    part(figure, "reset").click()
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is left, "))


def test_the_examples_and_the_link(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "picture")
    figure.get_by_role("button", name="Top", exact=True).click()
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is top, "))
    part(figure, "copy").click()
    text = page.evaluate("location.hash").removeprefix("#picture=")
    assert (from_text(text, 28, 28) == shown_pixels(figure)).all()
    again = opened(page, pixel_url, "picture", text)
    expect(part(again, "reading")).to_have_text(re.compile("^The picture is top, "))
    broken = opened(page, pixel_url, "picture", text[:-8])
    expect(part(broken, "notice")).to_contain_text("which is not a picture of 28 × 28 pixels")


def test_zoom_takes_the_middle(pixel_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, pixel_url, "picture")
    image = lit("right", (400, 300))
    image.paste((0, 0, 0), (250, 0, 400, 300))  # bright in the middle alone
    choose(figure, saved(tmp_path / "a.png", image))
    expect(part(figure, "shown")).to_have_attribute("data-sharp", "")
    part(figure, "zoom-value").fill("2")
    part(figure, "zoom-value").blur()
    expect(part(figure, "zoom")).to_have_value("2")
    rgba = np.asarray(image.convert("RGBA"))
    expected = network_view(rgba, 28, 28, contrast=False, box=Box(125, 75, 150, 150))
    assert (shown_pixels(figure) == expected).all()
    part(figure, "zoom-value").fill("9")
    part(figure, "zoom-value").blur()
    expect(part(figure, "zoom-value")).to_have_value("2")
    part(figure, "reset").click()
    expect(part(figure, "zoom-value")).to_have_value("1")
    # Examples, too, have a middle.
    part(figure, "zoom").press("End")
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is "))
    assert (shown_pixels(figure)[:, :14] == 255).all()
    assert not shown_pixels(figure)[:, 14:].any()


DROP = """
(figure, { kind, name, type, data }) => {
  const bytes = Uint8Array.from(atob(data), (byte) => byte.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true };
  if (kind === "paste") {
    document.body.dispatchEvent(
      new ClipboardEvent("paste", { ...options, clipboardData: transfer }));
    return null;
  }
  const over = new DragEvent("dragover", { ...options, dataTransfer: transfer });
  figure.dispatchEvent(over);
  const marked = figure.querySelector("[data-dropping]") !== null;
  figure.dispatchEvent(new DragEvent("drop", { ...options, dataTransfer: transfer }));
  return [over.defaultPrevented, marked, figure.querySelector("[data-dropping]") === null];
}
"""


@pytest.mark.engines
def test_a_picture_is_dropped(pixel_url: str, page: Page, tmp_path: Path) -> None:
    for slug in ("picture", "drawing"):
        figure = opened(page, pixel_url, slug)
        before = shown_pixels(figure)
        image = lit("right")
        image.paste((0, 0, 0), (140, 40, 160, 200))  # an upright line
        data = base64.b64encode(saved(tmp_path / "a.png", image).read_bytes()).decode()
        given = {"kind": "drop", "name": "a.png", "type": "image/png", "data": data}
        assert figure.evaluate(DROP, given) == [True, True, True]
        words = "drawing is tall" if slug == "drawing" else "picture is right"
        expect(part(figure, "reading")).to_contain_text(words)
        assert (shown_pixels(figure) != before).any()


def test_a_picture_is_pasted_where_the_mouse_is(pixel_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, pixel_url, "picture")
    data = base64.b64encode(saved(tmp_path / "a.png", lit("bottom")).read_bytes()).decode()
    given = {"kind": "paste", "name": "a.png", "type": "image/png", "data": data}
    page.mouse.move(2, 2)
    figure.evaluate(DROP, given)
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is left, "))
    figure.hover()
    figure.evaluate(DROP, given)
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is bottom, "))
    figure.evaluate("(figure) => figure.querySelector('[data-part=choose]').focus()")
    page.keyboard.press("Control+v")
    expect(part(figure, "notice")).to_contain_text("no picture on the clipboard")


def no_size(path: Path) -> Path:
    """A PNG of 0 × 0 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 0, 0, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    return path


NO_SIZE_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>'


def written_as(text: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(text)
        return path

    return write


def cut_short(path: Path) -> Path:
    saved(path, lit("right"))
    path.write_bytes(path.read_bytes()[:60])
    return path


BAD: list[tuple[str, Callable[[Path], Path], str]] = [
    ("empty.png", written_as(b""), "“empty.png” is empty"),
    ("zero.png", no_size, "“zero.png”"),
    ("zero.svg", written_as(NO_SIZE_SVG), "“zero.svg”"),
    ("notes.png", written_as(b"These are my notes."), "“notes.png” is no picture"),
    ("cut.png", cut_short, "“cut.png” is no picture that this browser can read, or only a part"),
    ("film.mp4", written_as(b"\0\0\0\x18ftypmp42"), "“film.mp4” is no picture"),
]


def test_what_is_no_picture_is_said_so_and_nothing_changes(
    pixel_url: str, page: Page, tmp_path: Path
) -> None:
    figure = opened(page, pixel_url, "picture")
    before = shown_pixels(figure)
    answer = part(figure, "reading").inner_text()
    for name, make, words in BAD:
        choose(figure, make(tmp_path / name))
        expect(part(figure, "notice")).to_contain_text(words)
        assert (shown_pixels(figure) == before).all(), name
        assert part(figure, "reading").inner_text() == answer, name
    # The page goes on.
    choose(figure, saved(tmp_path / "good.png", lit("right")))
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is right, "))
    expect(part(figure, "notice")).to_have_text("")


def test_a_photograph_of_forty_megapixels(pixel_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, pixel_url, "picture")
    big = lit("right", (774, 516)).resize((7746, 5164), Image.Resampling.NEAREST)
    assert big.width * big.height > 40e6 - 1e5
    choose(figure, saved(tmp_path / "big.jpg", big, quality=60))
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is right, "))
    expected = network_view(
        np.asarray(lit("right", (774, 516)).convert("RGBA")), 28, 28, contrast=False
    )
    assert np.abs(shown_pixels(figure).astype(int) - expected).max() <= 3


def moving(path: Path) -> Path:
    frames = [lit("right").quantize(), *(lit("left").quantize() for _ in range(4))]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=20, loop=0)
    return path


def test_pictures_of_every_sort(pixel_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, pixel_url, "picture")
    is_right = re.compile("The picture is right, ")

    # A printer's JPEG is read or refused, but never read wrong.
    choose(figure, saved(tmp_path / "print.jpg", lit("right").convert("CMYK"), quality=95))
    expect(figure).to_contain_text(re.compile(f"{is_right.pattern}|“print.jpg” is no picture"))
    if not part(figure, "notice").inner_text():
        rgba = np.asarray(Image.open(tmp_path / "print.jpg").convert("RGBA"))
        expected = network_view(rgba, 28, 28, contrast=False)
        assert np.abs(shown_pixels(figure).astype(int) - expected).mean() < 12

    # Of one that moves, the first frame.
    part(figure, "reset").click()
    choose(figure, moving(tmp_path / "moving.gif"))
    expect(part(figure, "reading")).to_have_text(is_right)

    # What is transparent lies on white: black, of which only the left half is there.
    part(figure, "reset").click()
    rgba = np.zeros((100, 100, 4), np.uint8)
    rgba[:, :50, 3] = 255
    choose(figure, saved(tmp_path / "clear.png", Image.fromarray(rgba)))
    expect(part(figure, "reading")).to_have_text(is_right)
    assert (shown_pixels(figure) == network_view(rgba, 28, 28, contrast=False)).all()

    # A camera's note that it was held aslant: what is at the left comes to the top.
    note = Image.Exif()
    note[0x0112] = 6
    choose(figure, saved(tmp_path / "turned.jpg", lit("left"), exif=note, quality=95))
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is top, "))

    # Lines instead of pixels.
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><path d="M0 0h20v40h-20"/>'
    )
    (tmp_path / "lines.svg").write_text(svg + "</svg>")
    choose(figure, tmp_path / "lines.svg")
    expect(part(figure, "reading")).to_have_text(is_right)


def test_several_files_and_text_of_pixels(pixel_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, pixel_url, "picture")
    files = [saved(tmp_path / f"{side}.png", lit(side)) for side in ("bottom", "left")]
    data = [base64.b64encode(file.read_bytes()).decode() for file in files]
    figure.evaluate(
        """(figure, files) => {
          const transfer = new DataTransfer();
          for (const data of files) {
            const bytes = Uint8Array.from(atob(data), (byte) => byte.charCodeAt(0));
            transfer.items.add(new File([bytes], "a.png", { type: "image/png" }));
          }
          figure.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: transfer }));
        }""",
        data,
    )
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is bottom, "))
    expect(part(figure, "notice")).to_contain_text("Only the first")
    assert len(text_of(shown_pixels(figure))) == 1046
