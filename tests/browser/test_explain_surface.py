"""Surfaces of explainers turn by keys, by drag, without WebGL too; a walk stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.figures import part
from tests.built import built_once
from tests.server import serve_folder
from tests.tiny import write_plain

NO_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return /webgl/.test(kind) ? null : get.call(this, kind, ...rest);
};
"""


def write(folder: Path) -> None:
    for name in ("docs", "models"):
        (folder / name).mkdir(parents=True)
    write_plain(folder, "Surfaces")
    (folder / "docs/index.md").write_text(
        "# Surfaces\n\n```explore loss-surface\n```\n\n```explore optimizers\n```\n"
    )


@pytest.fixture(scope="session")
def surfaces_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = built_once(tmp_path_factory, "surfaces", write, "--no-browser")
    with serve_folder(project / "site") as url:
        yield url


def opened(page: Page, url: str, drawn: str) -> tuple[Locator, Locator]:
    page.emulate_media(reduced_motion="reduce")  # it does not show its first steps
    page.goto(f"{url}/")
    element = page.locator("modelpress-explore").first
    expect(element).to_have_attribute("state", "ready")
    surface = part(element, "surface")
    expect(surface).to_have_attribute("data-drawn", drawn)
    return element, surface


def turned_by_key(page: Page, element: Locator, surface: Locator) -> None:
    """Three presses to the right, one up: 15 and 5 degrees. The walk stays at its second step."""
    part(element, "step").click()
    part(element, "step").click()
    expect(element).to_have_attribute("step", "2")
    surface.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    part(element, "copy").click()
    expect(element).to_have_attribute("step", "2")
    assert "turn:35,tilt:55@2" in page.url
    part(element, "reset").click()
    expect(element).to_have_attribute("step", "0")


def test_a_surface_turns_by_keys(page: Page, surfaces_url: str) -> None:
    element, surface = opened(page, surfaces_url, "webgl")
    picture = "place => place.querySelector('canvas').toDataURL().length"
    before = surface.evaluate(picture)
    assert before > 5_000  # not an empty canvas
    turned_by_key(page, element, surface)
    expect(part(element, "notice")).to_contain_text("Reset.")
    assert surface.evaluate(picture) == before


def test_a_surface_turns_by_drag(page: Page, surfaces_url: str) -> None:
    element, surface = opened(page, surfaces_url, "webgl")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    axis = surface.locator(".mp-surface-axis").first
    before = axis.get_attribute("style")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=5)
    page.mouse.up()
    part(element, "copy").click()
    assert "turn:40" in page.url  # 0.4 degrees a pixel
    assert axis.get_attribute("style") != before


def test_without_webgl_it_turns_as_a_drawing(
    context: BrowserContext, page: Page, surfaces_url: str, page_errors: list[str]
) -> None:
    context.add_init_script(NO_WEBGL)
    element, surface = opened(page, surfaces_url, "svg")
    face = surface.locator(".mp-surface-faces > path").first
    before = face.get_attribute("d")
    turned_by_key(page, element, surface)
    page.keyboard.press("Tab")
    surface.focus()
    page.keyboard.press("ArrowLeft")
    expect(face).not_to_have_attribute("d", before or "")
    # three.js says that there is no WebGL; nothing else goes wrong
    assert [error for error in page_errors if "WebGL" not in error] == []
    page_errors.clear()
