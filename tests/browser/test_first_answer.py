"""Before a figure's first live answer: what is loaded, what waits, and what is laid out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.figures import wait_for

COLOR = "models/color_classifier/"
SCRIPTS = 2
SCRIPT_BYTES = 20_000  # brotli
LAID_OUT = 900
# Counts elements that have been laid out or will be in the next frame.
COUNT = """() => [...document.body.querySelectorAll("*")].filter(
  (element) => element.checkVisibility({ contentVisibilityAuto: true })).length"""


def test_two_scripts_of_20_kb_and_nothing_else_precede_the_first_answer(
    page: Page, site_url: str, built_site: Path
) -> None:
    """The figure answers where all else that the page asks for never comes: the theme's scripts,
    fonts, models' files, further scripts. Styles do, since the parser waits for them."""
    handover = json.loads((built_site.parent / ".modelpress" / "site.json").read_text())
    bundle = handover["bundle"]
    scripts = bundle["first"]
    first = [scripts["script"], scripts["scripts"][bundle["preload"]["input:color"][0]]]
    came: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(f"{site_url}/").partition("?")[0]
        if path == COLOR or path.endswith(".css"):
            route.continue_()
        elif path in first:
            came.append(path)
            route.continue_()
        # else it never comes

    page.route("**/*", answer)
    page.goto(f"{site_url}/{COLOR}", wait_until="commit")
    figure = page.locator("modelpress-model").first
    expect(figure).to_have_attribute("state", "ready")
    expect(figure).to_have_attribute("backend", "exact")
    expect(figure.locator("[data-part=chip-text]")).to_contain_text("to the last bit")
    assert sorted(came) == sorted(first)
    assert len(first) <= SCRIPTS
    sizes = [len(brotli.compress((built_site / path).read_bytes())) for path in first]
    assert sum(sizes) <= SCRIPT_BYTES, dict(zip(first, sizes, strict=True))
    page.unroute_all(behavior="ignoreErrors")


def test_the_figure_answers_before_the_theme_starts(page: Page, site_url: str) -> None:
    """The theme's script is held back until then: nothing of the figure waits for it."""
    held: list[Route] = []
    page.route(re.compile(r"/assets/javascripts/bundle"), lambda route: held.append(route))
    page.goto(f"{site_url}/{COLOR}", wait_until="commit")
    wait_for(page, "color_classifier", state="ready")
    assert not page.evaluate("'document$' in window")
    page.wait_for_function("document.querySelector('script[src*=\"javascripts/bundle\"]')")
    for route in held:
        route.continue_()
    page.wait_for_function("'document$' in window")


@pytest.mark.parametrize("width", [412, 1280])
def test_at_most_900_elements_are_laid_out(browser: Browser, site_url: str, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.add_init_script(
            "document.addEventListener('modelpress:ready', () => {"
            f" window.laidOut ??= ({COUNT})(); }}, true)"
        )
        page.goto(f"{site_url}/{COLOR}", wait_until="load")
        wait_for(page, "color_classifier", state="ready")
        assert 100 < page.evaluate("window.laidOut") <= LAID_OUT
        # When all of it has come, too, and its figures are live.
        page.wait_for_function("document.readyState === 'complete'")
        assert page.evaluate(COUNT) <= LAID_OUT
        # What is skipped appears as soon as it is on the screen.
        card = page.locator(".mp-card .mp-confusion td").last
        card.scroll_into_view_if_needed()
        page.wait_for_function(
            "element => element.checkVisibility({ contentVisibilityAuto: true })",
            arg=card.element_handle(),
        )


def test_everything_is_shown_without_scripts_and_on_paper(browser: Browser, site_url: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site_url}/{COLOR}")
        for name in ("modelpress-trainer .mp-figure", ".mp-card .mp-table", ".mp-source code"):
            element = page.locator(name).first
            element.scroll_into_view_if_needed()
            expect(element).to_be_visible()
            assert element.bounding_box()
        page.emulate_media(media="print")
        style = "element => getComputedStyle(element).contentVisibility"
        assert page.locator(".mp-embed > *").evaluate_all(f"all => all.map({style})")
        assert set(page.locator(".mp-embed > *").evaluate_all(f"all => all.map({style})")) == {
            "visible"
        }


def test_figures_below_wait_until_the_page_has_loaded_or_they_are_near(
    page: Page, site_url: str
) -> None:
    """A page that never finishes loading: its second figure starts when it comes near."""
    held: list[Route] = []
    page.route(re.compile(r"/assets/javascripts/bundle"), lambda route: held.append(route))
    page.goto(f"{site_url}/{COLOR}", wait_until="commit")
    first, second = page.locator("modelpress-model").first, page.locator("modelpress-model").last
    expect(first).to_have_attribute("state", "ready")
    expect(page.locator(".mp-source")).to_be_attached()  # the parser is past both
    expect(second).to_have_attribute("state", "prerendered")
    second.scroll_into_view_if_needed()
    expect(second).to_have_attribute("state", "ready")
    for route in held:
        route.continue_()
