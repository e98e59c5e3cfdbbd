"""The `failure` figure as a reader uses it: it goes wrong, is repaired, and both are Python's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from modelpress.site.html_json import html_json
from tests.browser.figures import part, violations_in_both_schemes
from tests.built import built_once
from tests.failure_site import failure_site
from tests.server import serve_folder

TOTAL = 20
LINES = """element => Object.fromEntries([...element.querySelectorAll("svg path")]
  .map((path) => [path.dataset.part, path.getAttribute("d")]))"""


@pytest.fixture(scope="module")
def failures_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the site, built by the command."""
    project = built_once(tmp_path_factory, "failures", failure_site, "--no-browser")
    with serve_folder(project / "site") as url:
        yield url


def opened(page: Page, failures_url: str, link: str = "") -> Locator:
    """The page's failure, come to life."""
    page.goto(f"{failures_url}/leap/{link}")
    element = page.locator("modelpress-failure")
    expect(part(element, "play")).to_be_enabled()
    return element


def settled(element: Locator, course: str, state: str, step: int) -> None:
    expect(element).to_have_attribute("course", course)
    expect(element).to_have_attribute("state", state)
    expect(element).to_have_attribute("step", str(step))


def test_without_scripts_both_curves_and_what_came_of_them_stay(
    failures_url: str, browser: Browser
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{failures_url}/leap/")
        element = page.locator("modelpress-failure")
        expect(element).to_contain_text("Of 5 random starts in Python, 5 go wrong in this way")
        expect(part(element, "reading")).to_have_text(
            re.compile(r"^Python's loss: gone wrong, from 23.9 to 406; repaired, from")
        )
        lines = element.evaluate(LINES)
        assert all(
            lines[f"{name}-python"].count("L") == TOTAL - 1 for name in ("wrong", "repaired")
        )
        expect(element.locator(".mp-noscript")).to_be_visible()
        expect(part(element, "play")).to_be_hidden()
        element.get_by_text("As a table").click()
        expect(part(element, "rows").locator("tr")).to_have_count(11)


@pytest.mark.engines
def test_it_goes_wrong_and_is_repaired(failures_url: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    element = opened(page, failures_url)
    settled(element, "wrong", "idle", 0)
    assert not [path for path in asked if "live." in path or "training" in path]
    before = element.evaluate(LINES)
    pythons = part(element, "wrong-answer").inner_text()
    part(element, "play").click()
    settled(element, "wrong", "finished", TOTAL)
    assert len([path for path in asked if path.endswith(("live.json", "live.bin"))]) == 2
    expect(part(element, "play")).to_have_text("Train again")
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    part(element, "repair").click()
    settled(element, "repaired", "finished", TOTAL)
    expect(part(element, "repair")).to_have_text("Undo the repair")
    expect(part(element, "state")).to_have_text(
        re.compile(r"^Gone wrong: step 20 of 20, loss 406\. Repaired: step 20 of 20, loss \S+\.$")
    )
    expect(part(element, "chip-text")).to_have_text(re.compile("^40 steps: loss equals Python's"))
    # The browser's lines lie on Python's, which have not moved.
    lines = element.evaluate(LINES)
    for name in ("wrong", "repaired"):
        assert lines[f"{name}-own"] == lines[f"{name}-python"] == before[f"{name}-python"]
    expect(part(element, "who")).to_have_text("Your answers")
    expect(part(element, "wrong-answer")).to_have_text(pythons)
    part(element, "repair").click()
    settled(element, "wrong", "finished", TOTAL)
    part(element, "reset").click()
    settled(element, "wrong", "idle", 0)
    assert element.evaluate(LINES)["repaired-own"] == ""
    expect(part(element, "who")).to_have_text("Python's predictions")


def test_a_link_brings_both_trainings_back(failures_url: str, page: Page) -> None:
    element = opened(page, failures_url, "#leap.failure=repaired:7,wrong:12")
    settled(element, "wrong", "paused", 12)
    expect(part(element, "state")).to_contain_text("Repaired: step 7 of 20")
    part(element, "copy").click()
    expect(part(element, "notice")).to_have_text(re.compile("copied|address bar"))
    assert urlsplit(page.url).fragment == "leap.failure=repaired:7,wrong:12"


def test_a_wild_link_is_said_and_replaced(failures_url: str, page: Page) -> None:
    """Which words are said of which link: site_assets/test/links.test.mjs."""
    element = opened(page, failures_url, "#leap.failure=repaired:3,mended:4")
    expect(part(element, "notice")).to_have_text(
        "The link asks for what there is not: “mended” (left out)."
    )
    settled(element, "repaired", "paused", 3)


def test_both_recordings_are_checked_here_on_demand(failures_url: str, page: Page) -> None:
    element = opened(page, failures_url)
    element.locator(".mp-chip summary").click()
    part(element, "prove").click()
    for name in ("wrong", "repaired"):
        cell = element.locator(f"[data-course={name}] td:last-child")
        expect(cell).to_have_text(re.compile(r"^✓ loss \S+, weights \S+, 20 steps$"))
    settled(element, "wrong", "idle", 0)


def test_a_difference_past_the_tolerance_is_red_and_said(failures_url: str, page: Page) -> None:
    def otherwise(route: Any) -> None:
        """Another loss at the second step than the one Python had, and no tolerance for it."""
        answer = route.fetch()
        data = re.search(r"data-part=.recorded. value='(.*?)'>", answer.text())
        assert data is not None
        known = json.loads(data[1])
        known["courses"]["repaired"]["losses"][1] += 0.01
        known["tolerance"] = 1e-4
        route.fulfill(response=answer, body=answer.text().replace(data[1], html_json(known)))

    page.route("**/leap/", otherwise)
    element = opened(page, failures_url)
    part(element, "repair").click()
    settled(element, "repaired", "finished", TOTAL)
    expect(part(element, "chip")).to_have_attribute("data-tone", "red")
    expect(part(element, "refusal")).to_contain_text("At step 2 the loss here differs")


def test_a_recording_that_does_not_come_is_an_error_with_a_way_on(
    failures_url: str, page: Page
) -> None:
    page.route("**/live.bin", lambda route: route.abort())
    element = opened(page, failures_url)
    part(element, "play").click()
    expect(part(element, "error")).to_contain_text("The training cannot run here.")
    page.unroute("**/live.bin")
    element.get_by_role("button", name="Try again").click()
    settled(element, "wrong", "finished", TOTAL)
    expect(part(element, "error")).to_have_text("")


def test_it_is_read_by_keyboard(failures_url: str, page: Page) -> None:
    element = opened(page, failures_url)
    area = part(element, "area")
    area.focus()
    page.keyboard.press("End")
    expect(part(element, "reading")).to_have_text(
        re.compile(r"^Step 20: Python gone wrong \S+, Python repaired \S+$")
    )
    expect(area).to_have_attribute("aria-valuetext", re.compile("^Step 20"))
    part(element, "play").focus()
    page.keyboard.press("Enter")
    settled(element, "wrong", "finished", TOTAL)


def test_it_fits_a_phone_and_axe_finds_nothing(failures_url: str, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 320, "height": 800}) as context:
        page = context.new_page()
        element = opened(page, failures_url, "#leap.failure=wrong:20,repaired:20")
        settled(element, "repaired", "finished", TOTAL)
        element.get_by_text("As a table").click()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations_in_both_schemes(page, element) == {}
