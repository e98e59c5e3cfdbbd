"""Every page of docs/: no error, no dead link, no foreign host, nothing axe objects to."""

from __future__ import annotations

from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser, Page

from modelpress.site.fence_syntax import scan
from tests.browser.figures import (
    DOCS,
    WIDE,
    all_pages,
    page_url,
    pages_with_models,
    violations_in_both_schemes,
)

# One page of each section; the others among the slow tests.
FIRST = ("", "learn/a-line/", "models/color_classifier/", "guide/publish/", "reference/faults/")
EVERY_PAGE = pytest.mark.parametrize(
    "url",
    [pytest.param(url, marks=() if url in FIRST else pytest.mark.slow) for url in all_pages()],
    ids=lambda url: url or "home",
)
PLAIN_PAGES = {*all_pages()} - {*pages_with_models()}
WITH_EXPLAINERS = {page_url(fence.page) for fence in scan(DOCS) if fence.kind == "explore"}


@pytest.fixture(scope="module")
def answering() -> set[str]:
    """Links that were followed already: most are on every page."""
    return set()


@EVERY_PAGE
def test_a_page_is_whole_leads_somewhere_and_keeps_to_its_readers(
    url: str, site_url: str, browser: Browser, answering: set[str]
) -> None:
    """No error, no foreign address, no dead link; nothing axe objects to, light or dark, and no
    sideways scrolling on a phone, with every explainer alive and every answer folded out. Pages of
    models without explainers are looked at in test_pages.py."""
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        answers: list[tuple[int, str]] = []
        errors: list[str] = []
        page.on("response", lambda answer: answers.append((answer.status, answer.url)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{site_url}/{url}", wait_until="networkidle")
        assert [a for a in answers if a[0] >= 400] == []
        assert [a for a in answers if not a[1].startswith((site_url, "data:", "blob:"))] == []
        assert errors == []
        assert page.locator("h1").count() == 1
        assert page.locator('meta[name="description"]').get_attribute("content")
        links: list[str] = page.eval_on_selector_all("a[href]", "found => found.map(a => a.href)")
        own = {urldefrag(link)[0] for link in links if link.startswith(site_url)}
        assert own
        for link in sorted(own - answering):
            assert context.request.get(link).ok, link
        answering |= own
        inside = {f for target, f in map(urldefrag, links) if f and target == page.url}
        # The build checks links that set a figure; `worksheet` is a state of the page.
        inside = {name for name in inside if "=" not in name and name != "worksheet"}
        assert (
            page.evaluate("all => all.filter(id => !document.getElementById(id))", [*inside]) == []
        )
        if url not in PLAIN_PAGES | WITH_EXPLAINERS:
            return
        explainers = page.locator("modelpress-explore").all()
        for explainer in explainers:
            explainer.scroll_into_view_if_needed()
            explainer.and_(page.locator("[state=ready]")).wait_for()
        if url in WITH_EXPLAINERS:
            assert explainers
            page.evaluate(
                "for (const each of document.querySelectorAll('details')) each.open = true"
            )
        assert violations_in_both_schemes(page) == {}
        for width in (390, 320) if explainers else (390,):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        for explainer in explainers:
            assert explainer.evaluate(WIDE) == []


@pytest.mark.parametrize("url", ["learn/a-line/", "models/digits/"])
def test_a_dark_page_is_printed_dark_on_white(url: str, site_url: str, browser: Browser) -> None:
    with browser.new_context(color_scheme="dark", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{site_url}/{url}")
        page.wait_for_selector('body[data-md-color-scheme="slate"]')
        assert luminances(page, "color")[0] > 0.5
        page.emulate_media(media="print")
        assert max(luminances(page, "color")) < 0.35
        assert min(luminances(page, "backgroundColor")) > 0.85


def luminances(page: Page, name: str) -> list[float]:
    """0 to 1, of a colour of all that is read: headings, text, code, tables and figures."""
    found: list[float] = page.evaluate(
        """(name) => {
          const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
            .getContext("2d", { willReadFrequently: true });
          const read = "h1, h2, .md-content p, pre, caption, .mp-figure, figcaption, .mp-axis-name";
          return [...document.querySelectorAll(read)].map((element) => {
            const color = getComputedStyle(element)[name];
            pen.fillStyle = "#fff";
            pen.fillRect(0, 0, 1, 1);
            pen.fillStyle = color;
            pen.fillRect(0, 0, 1, 1);
            const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
            return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
          });
        }""",
        name,
    )
    assert len(found) > 20
    return found


def test_search_finds_a_page(site_url: str, page: Page) -> None:
    page.goto(site_url + "/")
    page.locator(".md-search__input").click()
    page.keyboard.type("negator")
    result = page.locator(".md-search-result__link").first
    result.wait_for()
    assert "number_negator" in str(result.get_attribute("href"))
