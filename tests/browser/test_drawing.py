"""The drawing pad as a person uses it: mouse, finger, pen, keyboard, pictures, links."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from modelpress.kinds.drawing_raster import raster, strokes_of
from tests.browser.figures import part, violations
from tests.browser.pixel_site import choose, opened, pixel_url, shown_pixels
from tests.oracles.handwriting import written

__all__ = ["pixel_url"]  # a fixture

NOTHING = "Nothing is drawn yet"


def reading(figure: Locator) -> Locator:
    return part(figure, "reading")


def drag(page: Page, figure: Locator, *places: tuple[float, float]) -> None:
    """Draws with the mouse from place to place, in shares of the pad."""
    box = part(figure, "pad").bounding_box()
    assert box
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def linked(figure: Locator) -> str:
    """The drawing as the link holds it."""
    part(figure, "copy").click()
    address = figure.page.evaluate("location.hash")
    return unquote(address.removeprefix("#drawing="))


@pytest.mark.engines
def test_the_mouse_draws_and_undo_redo_and_clear_work(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "drawing")
    part(figure, "pad").scroll_into_view_if_needed()
    example = reading(figure).inner_text()
    expect(part(figure, "undo")).to_have_attribute("aria-disabled", "true")
    drag(page, figure, (0.5, 0.2), (0.5, 0.8))  # takes the example's place
    expect(reading(figure)).to_have_text(re.compile(r"^The drawing is tall, "))
    first = linked(figure)
    assert len(strokes_of(first)) == 1
    assert (shown_pixels(figure) == raster(strokes_of(first), 2.8)).all()
    drag(page, figure, (0.1, 0.5), (0.9, 0.5))
    both = linked(figure)
    assert both.startswith(f"{first}_")
    part(figure, "undo").click()
    assert linked(figure) == first
    part(figure, "undo").click()
    expect(reading(figure)).to_have_text(example)
    expect(part(figure, "undo")).to_have_attribute("aria-disabled", "true")
    part(figure, "redo").click()
    part(figure, "redo").click()
    assert linked(figure) == both
    part(figure, "clear").click()
    expect(reading(figure)).to_contain_text(NOTHING)
    expect(figure).to_have_attribute("data-empty", "")
    assert not shown_pixels(figure).any()
    part(figure, "undo").click()
    assert linked(figure) == both
    part(figure, "reset").click()
    expect(reading(figure)).to_have_text(example)


def test_an_empty_drawing_gets_no_answer(pixel_url: str, page: Page) -> None:
    page.add_init_script(
        'window.answers = 0; addEventListener("modelpress:result", () => { answers += 1; });'
    )
    figure = opened(page, pixel_url, "drawing")
    part(figure, "clear").click()
    expect(reading(figure)).to_contain_text(NOTHING)
    expect(part(figure, "clear")).to_have_attribute("aria-disabled", "true")
    before = page.evaluate("answers")
    part(figure, "clear").dispatch_event("click")
    expect(part(figure, "live")).to_contain_text(NOTHING)
    assert page.evaluate("answers") == before
    assert not re.search(r"tall|wide", reading(figure).inner_text())
    drag(page, figure, (0.2, 0.5), (0.8, 0.5))
    expect(reading(figure)).to_have_text(re.compile("^The drawing is wide, "))
    expect(figure).not_to_have_attribute("data-empty", "")


@pytest.mark.engines
def test_the_keyboard_draws(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "drawing")
    pad = part(figure, "pad")
    pad.focus()
    press = page.keyboard.press
    for _ in range(8):
        press("ArrowLeft")
    press("Space")
    expect(part(figure, "keys")).to_contain_text("Pen down")
    for _ in range(16):
        press("ArrowRight")
    expect(reading(figure)).to_have_text(re.compile("^The drawing is wide, "))
    press("Space")
    expect(part(figure, "keys")).to_contain_text("Pen up")
    assert linked(figure) == "60.140-220.140"
    pad.focus()
    press("Control+z")
    press("Control+Shift+z")
    assert linked(figure) == "60.140-220.140"
    pad.focus()
    page.keyboard.down("ArrowUp")  # two at once go aslant
    press("Space")
    press("Shift+ArrowLeft")
    page.keyboard.up("ArrowUp")
    press("Escape")
    assert linked(figure).split("_")[1] == "220.130-218.128"
    pad.focus()
    press("Delete")
    expect(reading(figure)).to_contain_text(NOTHING)


def test_a_finger_draws_and_the_page_stays(pixel_url: str, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 390, "height": 500}, has_touch=True) as context:
        page = context.new_page()
        figure = opened(page, pixel_url, "drawing")
        pad = part(figure, "pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box
        scrolled = page.evaluate("scrollY")
        session = context.new_cdp_session(page)
        middle = box["x"] + box["width"] / 2

        def touch(kind: str, *places: tuple[float, float]) -> None:
            points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", (middle, box["y"] + 20))
        for share in np.linspace(0.1, 0.9, 12):
            touch("touchMove", (middle, box["y"] + share * box["height"]))
        # A palm that comes to rest draws nothing.
        touch("touchStart", (middle, box["y"] + 0.9 * box["height"]), (box["x"] + 5, box["y"] + 5))
        touch("touchEnd")
        expect(reading(figure)).to_have_text(re.compile("^The drawing is tall, "))
        assert page.evaluate("scrollY") == scrolled
        assert len(strokes_of(linked(figure))) == 1


def test_a_pen_draws_as_wide_as_it_is_pressed(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "drawing")
    part(figure, "pad").evaluate(
        """(pad) => {
          pad.setPointerCapture = () => undefined;  // this pen is none of the browser's own
          const box = pad.getBoundingClientRect();
          const send = (type, share, pressure) => pad.dispatchEvent(new PointerEvent(type, {
            pointerId: 9, pointerType: "pen", isPrimary: true, bubbles: true, button: 0, buttons: 1,
            clientX: box.x + box.width / 2, clientY: box.y + share * box.height, pressure }));
          send("pointerdown", 0.2, 0.1);
          for (let i = 1; i <= 10; i++) send("pointermove", 0.2 + i * 0.06, 0.1 + i * 0.08);
          send("pointerup", 0.8, 0);
        }"""
    )
    (stroke,) = strokes_of(linked(figure))
    widths = [width for _, _, width in stroke]
    assert widths == sorted(widths)
    assert (widths[0], widths[-1]) == (50, 150)
    pixels = shown_pixels(figure)
    assert (pixels == raster((stroke,), 2.8)).all()
    wide = (pixels > 127).sum(axis=1)
    assert wide[19] > wide[6] >= 1


def test_a_link_brings_the_strokes_back(pixel_url: str, page: Page) -> None:
    text = "60.60-220.220_220.60-60.220.50"
    figure = opened(page, pixel_url, "drawing", text)
    expect(reading(figure)).to_have_text(re.compile("^The drawing is "))
    assert (shown_pixels(figure) == raster(strokes_of(text), 2.8)).all()
    assert linked(figure) == text
    assert figure.locator("svg polyline").count() == 2


def test_a_link_that_holds_no_drawing_is_said_so(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "drawing", "hello")
    for state in ("hello", "1.2,3.4", "999.10", "AAAA"):
        page.evaluate("(state) => { location.hash = `drawing=${state}`; }", state)
        expect(part(figure, "notice")).to_contain_text(f"“{state}”, which is not a drawing")
        expect(reading(figure)).to_have_text(re.compile("^The drawing is "))


def paper(path: Path, *, ink: bool = True) -> Path:
    image = Image.new("RGB", (500, 400), (226, 221, 214))
    if ink:
        ImageDraw.Draw(image).line([(250, 60), (245, 340)], fill=(40, 40, 70), width=22)
    image.save(path)
    return path


def test_a_picture_of_a_drawing_is_found_centred_and_undone(
    pixel_url: str, page: Page, tmp_path: Path
) -> None:
    figure = opened(page, pixel_url, "drawing")
    example = reading(figure).inner_text()
    file = paper(tmp_path / "page.png")
    choose(figure, file)
    expect(reading(figure)).to_have_text(re.compile("^The drawing is tall, "))
    expected = written(np.asarray(Image.open(file).convert("RGBA")))
    assert expected is not None
    assert (shown_pixels(figure) == expected).all()
    # It travels in the link too, and a stroke takes its place.
    again = opened(page, pixel_url, "drawing", linked(figure))
    expect(again.locator("svg image")).to_be_attached()
    assert (shown_pixels(again) == expected).all()
    drag(page, again, (0.2, 0.5), (0.8, 0.5))
    expect(reading(again)).to_have_text(re.compile("^The drawing is wide, "))
    for _ in range(2):
        part(again, "undo").click()
    expect(reading(again)).to_have_text(example)


def test_a_picture_without_a_drawing_leaves_the_drawing(
    pixel_url: str, page: Page, tmp_path: Path
) -> None:
    figure = opened(page, pixel_url, "drawing")
    before = linked(figure)
    choose(figure, paper(tmp_path / "blank.png", ink=False))
    expect(part(figure, "notice")).to_contain_text("No drawing was found in that picture")
    (tmp_path / "text.png").write_text("no picture")
    choose(figure, tmp_path / "text.png")
    expect(part(figure, "notice")).to_contain_text("“text.png” is no picture")
    assert linked(figure) == before


@pytest.mark.parametrize("slug", ["drawing", "picture", "camera"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_looks_finished_before_and_stays_put_after(
    pixel_url: str, browser: Browser, slug: str, width: int
) -> None:
    places: list[Any] = []
    for scripts in (False, True):
        size: ViewportSize = {"width": width, "height": 900}
        with browser.new_context(viewport=size, java_script_enabled=scripts) as context:
            page = context.new_page()
            page.goto(f"{pixel_url}/{slug}/")
            if scripts:
                page.locator("modelpress-model[state=ready]").wait_for()
            figure = page.locator("modelpress-model")
            parts = figure.locator(".mp-stage, .mp-stage *:visible, .mp-controls, .mp-controls *")
            named = [part(figure, name) for name in ("seen", "reading", "reset")]
            boxes = [each.bounding_box() for each in [parts.first, *named]]
            places.append(boxes)
            seen = part(figure, "seen").screenshot()
            colors = np.asarray(Image.open(io.BytesIO(seen)).convert("L"))
            assert np.ptp(colors) > 100  # Python's pixels, then the script's
            places.append(colors)
    assert places[0] == places[2]
    assert np.abs(places[1].astype(int) - places[3]).mean() < 2


@pytest.mark.parametrize("slug", ["drawing", "picture", "camera"])
def test_nothing_stands_in_anyones_way(pixel_url: str, page: Page, slug: str) -> None:
    figure = opened(page, pixel_url, slug)
    assert [v for v in violations(page) if "modelpress-model" in v or "mp-" in v] == []
    for button in figure.locator("button:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
