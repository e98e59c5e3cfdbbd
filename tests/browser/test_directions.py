"""In a page that runs from right to left, figures and tables of numbers run from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.figures import figure, part, wait_for
from tests.server import serve_folder

# Where each element of a figure or a card lies in it and how wide it is, in a page from left to
# right and in one from right to left, as Material sets it; with nothing in between.
PLACES = """() => ["ltr", "rtl"].map((direction) => {
  document.documentElement.dir = document.body.dir = direction;
  return [...document.querySelectorAll(".mp-figure, .mp-card")].flatMap((root) => {
    const { left } = root.getBoundingClientRect();
    return [...root.querySelectorAll("*")].map((element) => {
      const box = element.getBoundingClientRect();
      const { className, dataset, localName, textContent } = element;
      const name = `${localName}.${className.baseVal ?? className} ${dataset?.part ?? ""}`;
      return [`${name} ${textContent.slice(0, 20)}`, box.left - left, box.width];
    });
  });
})"""


@pytest.fixture(scope="module")
def url(training_project: Path) -> Iterator[str]:
    with serve_folder(training_project / "site") as url:
        yield url


def moved(page: Page) -> list[str]:
    """What lies elsewhere in its figure once the page runs from right to left."""
    before, after = page.evaluate(PLACES)
    assert len(before) == len(after) > 100
    return [
        f"{name}: {a:.0f} and {width:.0f} wide, from right to left {b:.0f} and {wide:.0f}"
        for (name, a, width), (_, b, wide) in zip(before, after, strict=True)
        if max(abs(a - b), abs(width - wide)) > 1
    ]


def test_every_part_of_a_figure_keeps_its_place(url: str, page: Page) -> None:
    for name, model, last in (
        ("gate", "gate", "modelpress-layers"),
        ("tape", "weight", "modelpress-tape"),
        ("network", "gate", "modelpress-explore"),
    ):
        page.goto(f"{url}/{name}/")
        wait_for(page, model, state="ready")
        page.locator(last).last.scroll_into_view_if_needed()
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert moved(page) == [], f"{name}, {width} pixels wide"
        directions = page.evaluate(
            """() => ["math", "input"].map((name) => getComputedStyle(
              document.querySelector(`.mp-figure ${name}`) ??
              document.body.appendChild(document.createElement(name))).direction)"""
        )
        assert directions == ["ltr", "ltr"], name


def test_handles_follow_the_pointer_and_words_their_script(url: str, page: Page) -> None:
    page.goto(f"{url}/gate/")
    wait_for(page, "gate", state="ready")
    page.evaluate("document.documentElement.dir = document.body.dir = 'rtl'")
    model = figure(page, "gate")
    plane = part(model, "plane").first.bounding_box()
    assert plane is not None
    page.mouse.click(plane["x"] + plane["width"] * 0.9, plane["y"] + plane["height"] * 0.7)
    reading = part(model, "reading")
    expect(reading).to_contain_text("(0.9, 0.3)")
    point = part(model, "point").first.bounding_box()
    assert point is not None
    assert abs(point["x"] + point["width"] / 2 - (plane["x"] + plane["width"] * 0.9)) < 2
    slider = model.locator("input[type=range]").first
    slider.press("ArrowRight")
    expect(reading).to_contain_text("(0.91, 0.3)")
    # Arabic words lie to the right, English ones to the left.
    sides = model.locator("figcaption").evaluate(
        """(caption) => ["كلمات عربية", "English words"].map((words) => {
          caption.textContent = words;
          const range = document.createRange();
          range.selectNodeContents(caption);
          const [text, box] = [range.getBoundingClientRect(), caption.getBoundingClientRect()];
          return [Math.round(text.left - box.left), Math.round(box.right - text.right)];
        })"""
    )
    (arabic_left, arabic_right), (english_left, english_right) = sides
    assert arabic_right == 0 < arabic_left
    assert english_left == 0 < english_right
