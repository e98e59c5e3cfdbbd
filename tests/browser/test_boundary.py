"""What readers do to the `boundary` and `activation` explainers that they do to no other."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.figures import part

ADDED = re.compile(r"^After 3 steps .* of 15 points")
FIRST = re.compile(r"^After 3 steps .* of 14 points")


def opened(page: Page, site_url: str, where: str, state: str = "") -> Locator:
    page.goto(f"{site_url}/{where}/{state}")
    element = page.locator(f'modelpress-explore[name="{state[1:].split(".")[0]}"]').first
    element.scroll_into_view_if_needed()
    expect(element).to_have_attribute("state", "ready")
    return element


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_press_adds_a_point_and_a_drag_moves_it(site_url: str, page: Page) -> None:
    """The steps are taken anew with the new points; a drag isn't a press as well."""
    element = opened(page, site_url, "learn/two-groups", "#boundary.explore=@3")
    reading, spots = part(element, "reading"), element.locator(".mp-grouped")
    expect(reading).to_have_text(FIRST)
    before = reading.text_content()
    element.locator('[data-press="plane"]').click(position={"x": 12, "y": 12})
    expect(reading).to_have_text(ADDED)
    assert reading.text_content() != before
    expect(spots.last).to_have_attribute("aria-label", re.compile("^Orange point 15 at −3.6"))

    x, y = middle(spots.last)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=3)
    page.mouse.up()
    expect(reading).to_have_text(ADDED)
    expect(spots.last).not_to_have_attribute("aria-label", re.compile("at −3.6"))

    element.get_by_text("remove a point").click()
    spots.last.click()
    expect(reading).to_have_text(FIRST)
    assert reading.text_content() == before


def test_points_by_the_keyboard(site_url: str, page: Page) -> None:
    element = opened(page, site_url, "learn/two-groups", "#boundary.explore=adding:blue@3")
    spots = element.locator(".mp-grouped")
    part(element, "act-add").press("Enter")
    expect(spots.last).to_have_attribute("aria-label", re.compile("^Blue point 15 at 0, 0"))
    spots.last.press("ArrowRight")
    expect(spots.last).to_have_attribute("aria-label", re.compile("^Blue point 15 at 0.16, 0"))
    spots.last.press("Enter")  # presses nothing
    expect(part(element, "reading")).to_have_text(ADDED)
    element.get_by_text("remove a point").click()
    spots.last.press("Enter")
    expect(part(element, "reading")).to_have_text(FIRST)


def test_a_surface_turns(site_url: str, page: Page) -> None:
    element = opened(page, site_url, "learn/a-neuron", "#activation.explore=turn:20,tilt:40")
    turner = element.locator(".mp-turner")
    expect(turner).to_have_attribute("aria-label", re.compile("by 20° and viewed from 40° above"))
    turner.press("ArrowLeft")
    expect(turner).to_have_attribute("aria-label", re.compile("turned by 13°"))
    x, y = middle(turner)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y)  # by nothing: it doesn't jump to the pointer
    expect(turner).to_have_attribute("aria-label", re.compile("by 13° and viewed from 40° above"))
    page.mouse.move(x + 50, y)
    page.mouse.up()
    expect(turner).not_to_have_attribute("aria-label", re.compile("turned by 13°"))
    expect(turner).to_have_attribute("aria-label", re.compile("from 40° above"))
