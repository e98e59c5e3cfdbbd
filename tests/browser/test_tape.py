"""The `tape` figure as a reader presses it."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.figures import part, violations


def opened(page: Page, training_url: str, run: str = "", model: str = "weight") -> Locator:
    page.goto(f"{training_url}/tape/{run}")
    element = page.locator(f'modelpress-tape[model="{model}"]')
    expect(part(element, "phase")).to_be_enabled()
    return element


def test_a_press_a_phase(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    press = part(element, "phase")
    height = element.evaluate("e => e.offsetHeight")
    for name, sums in (
        ("forward", "3 · 0.5 = 1.5"),
        ("loss", "(−3 − 1.5)² = 20.25"),
        ("gradient", "−2 · 3 · (−3 − 1.5) = 27"),
        ("update", "w = 0.5 − 0.01 · 27 = 0.23"),
    ):
        expect(press).to_have_text(name.capitalize())
        press.click()
        expect(part(element, name)).to_have_text(sums)
        current = element.locator("[aria-current=step]")
        expect(current.locator(".mp-tape-name")).to_have_text(name.capitalize())
    assert element.evaluate("e => e.offsetHeight") == height  # nothing has moved
    expect(element).to_have_attribute("step", "1")
    expect(part(element, "chip-text")).to_have_text("Step 1: loss equals Python's exactly")
    expect(part(element, "live")).to_contain_text("= 0.23")
    press.click()
    expect(part(element, "loss")).to_have_text("")
    expect(part(element, "forward")).to_have_text("3 · 0.23 = 0.69")


def test_all_of_pythons_steps(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    recorded = json.loads(str(part(element, "recorded").get_attribute("value")))
    element.get_by_text("As a table").click()
    for _ in range(recorded["total"]):
        part(element, "step").click()
    expect(element).to_have_attribute("step", "40")
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    expect(part(element, "chip-text")).to_have_text(re.compile(r"^Step 40: .* within \de-\d$"))
    last = part(element, "rows").locator("tr").last
    expect(last).to_have_text(re.compile(r"^403\.836\d+e-6.*−0\.99946"))  # curriculum.md A
    part(element, "reset").click()
    expect(element).to_have_attribute("step", "0")


def test_too_fast_it_leads_away_and_float32_stops_it(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    element.locator(".mp-settings summary").click()
    rate = element.locator("[data-setting=rate]")
    rate.fill("0.5")
    rate.press("Enter")
    expect(part(element, "outlook")).to_contain_text("it grows, and the descent leads away")
    for _ in range(3):
        part(element, "leap").click()
    expect(part(element, "outlook")).to_contain_text("outgrown what a number can hold")
    assert "∞" not in element.inner_text()
    assert "not a number" not in element.inner_text()
    part(element, "back").click()
    expect(rate).to_have_value("0.01")
    part(element, "single").check()
    for _ in range(2):
        part(element, "leap").click()
    expect(part(element, "outlook")).to_contain_text(re.compile(r"Since step \d+ nothing changes"))
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    rate.fill("fast")
    rate.press("Enter")
    expect(part(element, "field-error")).to_contain_text("“fast” is not a number from 1e-7")
    expect(element).to_have_attribute("step", "200")


def test_a_link_brings_the_step_back(training_url: str, page: Page) -> None:
    element = opened(page, training_url, "#weight.tape=rate:0.05,w:2,float32@7.2")
    expect(part(element, "notice")).to_have_text("")
    expect(element).to_have_attribute("step", "7")
    expect(element).to_have_attribute("phase", "2")
    sums = part(element, "loss").inner_text()
    element.locator(".mp-settings summary").click()
    part(element, "copy").click()
    assert urlsplit(page.url).fragment == "weight.tape=rate:0.05,w:2,float32@7.2"
    part(element, "back").click()
    expect(element).to_have_attribute("step", "0")
    page.go_back()
    expect(element).to_have_attribute("step", "7")
    expect(part(element, "loss")).to_have_text(sums)
    page.goto("about:blank")
    element = opened(page, training_url, "#weight.tape=rate:fast,v:1@99999999")
    expect(part(element, "notice")).to_have_text(
        "The link asks for what there is not: rate “fast” (0.01 instead); “v:1” (left out); "
        "step “99999999” (from 0 to 20,000; the first one instead)."
    )


def test_it_plays_and_stops_and_keys_will_do(training_url: str, page: Page) -> None:
    element = opened(page, training_url, model="line")
    part(element, "play").focus()
    page.keyboard.press("Enter")
    expect(part(element, "play")).to_have_text("Pause")
    expect(element).to_have_attribute("step", re.compile(r"^([2-9]|\d\d)$"))
    page.keyboard.press("Enter")
    expect(part(element, "play")).to_have_text("Play")
    expect(part(element, "forward")).to_have_text(re.compile(r"^1 · .* = .*\n?2 · "))
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")


def test_a_phone_has_room_and_axe_finds_nothing(training_url: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 844})
    opened(page, training_url)
    for summary in page.locator("modelpress-tape summary").all():
        summary.click()
    for element in page.locator("modelpress-tape").all():
        part(element, "leap").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Of the figures alone: a page of another site is its theme's.
    page.evaluate(
        """() => {
          const main = document.createElement("main");
          main.append(...document.querySelectorAll("h1, modelpress-tape"));
          document.body.replaceChildren(main);
        }"""
    )
    assert violations(page) == []
