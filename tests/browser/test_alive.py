"""Figures that move: playing, sliding, words that set them, one input for two networks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.figures import figure, part, wait_for


def explainer(page: Page, site_url: str, address: str, name: str) -> Locator:
    page.goto(f"{site_url}/{address}")
    element = page.locator(f"modelpress-explore[name={name}]").first
    element.scroll_into_view_if_needed()
    expect(element).to_have_attribute("state", "ready")
    return element


@pytest.mark.engines(firefox="slow")
def test_playing_stops_where_nothing_changes_and_steps_slide(site_url: str, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    element = explainer(page, site_url, "learn/xor/", "boundary")
    part(element, "speed").select_option("fast")
    part(element, "play").click()
    expect(part(element, "play")).to_have_text("Pause")
    expect(part(element, "notice")).to_contain_text("Hardly anything changes any more")
    expect(part(element, "play")).to_have_text("Play")
    assert 80 <= int(element.get_attribute("step") or 0) < 500
    expect(part(element, "at")).to_have_value(str(element.get_attribute("step")))
    expect(element.locator(".mp-boundary-banner")).to_have_text("about 0.5 everywhere: undecided")

    part(element, "at").fill("7")
    expect(element).to_have_attribute("step", "7")
    expect(part(element, "reading")).to_contain_text("After 7 steps")
    part(element, "at-typed").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("9999")
    page.keyboard.press("Enter")
    expect(element).to_have_attribute("step", "500")


def test_a_figure_moves_once_when_it_comes_into_view(site_url: str, page: Page) -> None:
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          const reading = document.querySelector("modelpress-explore [data-part=reading]");
          window.moved = [];
          window.atRest = reading.textContent;
          const note = () => { window.moved.push(reading.textContent); };
          new MutationObserver(note).observe(reading, { childList: true, characterData: true });
        })"""
    )
    page.goto(f"{site_url}/learn/two-groups/")
    element = page.locator("modelpress-explore[name=boundary]")
    element.scroll_into_view_if_needed()
    page.wait_for_function("moved.length > 5 && moved.at(-1) === atRest")
    assert element.get_attribute("step") == "0"
    expect(part(element, "at")).to_have_value("0")


def test_reduced_motion_keeps_it_at_rest(site_url: str, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    # The period of its steps.
    page.add_init_script("setInterval = (_, ms) => { if (ms === 33) window.played = true; }")
    explainer(page, site_url, "learn/two-groups/", "boundary")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.played") is None


@pytest.mark.engines(firefox="slow")
def test_words_set_a_figure_and_light_up_a_part(site_url: str, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site_url}/learn/two-groups/")
    element = page.locator("modelpress-explore[name=boundary]")
    expect(element).to_have_attribute("state", "ready")
    words = page.locator(".mp-show")
    words.hover()
    expect(element.locator(".mp-border.mp-lit")).to_have_count(1)
    page.mouse.move(0, 0)
    expect(element.locator(".mp-lit")).to_have_count(0)

    page.get_by_text("Take a learning rate of 10.").click()
    page.get_by_role("button", name="Show the answer").click()
    for _ in range(2):
        page.locator("a.mp-set").click()
        expect(element).to_have_attribute("step", "20")
        expect(element.locator("[data-param=rate][type=number]")).to_have_value("10")
        expect(part(element, "stage")).to_be_in_viewport()
        part(element, "reset").click()
        expect(element).to_have_attribute("step", "0")


def test_one_drawing_goes_to_both_networks(site_url: str, page: Page) -> None:
    page.goto(f"{site_url}/learn/digits/")
    wait_for(page, "digits", state="ready")
    wait_for(page, "digits_cnn", state="ready")
    pads = [part(figure(page, slug), "pad") for slug in ("digits", "digits_cnn")]
    for strokes, (own, other) in enumerate((pads, reversed(pads)), 1):
        own.scroll_into_view_if_needed()
        box = own.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + 40
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 20 * strokes, y + box["height"] / 2, steps=4)
        page.mouse.up()
        expect(own.locator("polyline")).to_have_count(strokes)
        points = own.locator("polyline").last.get_attribute("points")
        assert points
        expect(other.locator("polyline")).to_have_count(strokes)
        expect(other.locator("polyline").last).to_have_attribute("points", points)

    part(figure(page, "digits"), "clear").click()
    expect(part(figure(page, "digits_cnn"), "reading")).to_contain_text("Nothing is drawn yet")


def test_the_convolution_follows_the_drawing(site_url: str, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    element = explainer(page, site_url, "learn/digits/", "convolution")
    expect(element.locator(".mp-conv-map")).to_have_count(16 + 32 + 64 + 64)
    first = element.locator(".mp-conv-one").first.inner_html()
    part(figure(page, "digits"), "clear").click()
    pad = part(figure(page, "digits"), "pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 140, steps=3)
    page.mouse.up()
    page.wait_for_function(
        "([one, before]) => one.innerHTML !== before",
        arg=[element.locator(".mp-conv-one").first.element_handle(), first],
    )
    element.locator(".mp-conv-map").nth(16 + 5).click()
    expect(part(element, "reading")).to_contain_text("Layer 2, 32 filters of 3×3")
    expect(element.locator("[data-param=filter][type=number]")).to_have_value("6")
    expect(part(element, "reading")).to_contain_text(re.compile("The other 15 maps add"))


def test_on_a_phone_the_picture_stays_in_sight(site_url: str, browser: Browser) -> None:
    size = {"width": 390, "height": 844}
    with browser.new_context(viewport=size, reduced_motion="reduce") as context:  # type: ignore[arg-type]
        page = context.new_page()
        for address, name in (("learn/xor/", "boundary"), ("learn/a-line/", "loss-surface")):
            element = explainer(page, site_url, address, name)
            element.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 80)")
            controls, plot = element.locator(".mp-controls"), element.locator(".mp-plot").first
            both = [each.bounding_box() for each in (plot, controls)]
            assert both[0]
            assert both[1]
            assert 0 <= both[1]["y"] - both[0]["y"] - both[0]["height"] <= 20
            part(element, "reset").evaluate("e => e.scrollIntoView({ block: 'end' })")
            expect(part(element, "reset")).to_be_in_viewport()
            expect(plot.locator(".mp-plot-area").first).to_be_in_viewport(ratio=0.99)
