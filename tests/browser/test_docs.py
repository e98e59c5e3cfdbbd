"""Every page of docs/: no error, no dead link, no foreign host, nothing axe objects to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.figures import all_pages, pages_with_models, violations

EVERY_PAGE = pytest.mark.parametrize("url", all_pages(), ids=lambda url: url or "home")
# Those with figures are looked at in test_pages.py, once the figures live.
PLAIN_PAGES = pytest.mark.parametrize("url", sorted({*all_pages()} - {*pages_with_models()}))


@EVERY_PAGE
def test_a_page_loads_whole_and_asks_no_other_host(url: str, site_url: str, page: Page) -> None:
    answers: list[tuple[int, str]] = []
    errors: list[str] = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(f"{site_url}/{url}", wait_until="networkidle")
    assert [a for a in answers if a[0] >= 400] == []
    assert [a for a in answers if not a[1].startswith((site_url, "data:", "blob:"))] == []
    assert errors == []
    assert page.locator("h1").count() == 1
    assert page.locator('meta[name="description"]').get_attribute("content")


@EVERY_PAGE
def test_every_link_within_the_site_leads_somewhere(
    url: str, site_url: str, context: BrowserContext, page: Page
) -> None:
    page.goto(f"{site_url}/{url}")
    links: list[str] = page.eval_on_selector_all("a[href]", "found => found.map(a => a.href)")
    own = {urldefrag(link)[0] for link in links if link.startswith(site_url)}
    assert own
    for link in sorted(own):
        assert context.request.get(link).ok, link
    for link in links:
        target, fragment = urldefrag(link)
        if fragment and target == page.url:
            assert page.evaluate("id => document.getElementById(id) !== null", fragment), link


@PLAIN_PAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(url: str, scheme: Any, site_url: str, browser: Browser) -> None:
    with browser.new_context(color_scheme=scheme, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{site_url}/{url}")
        assert violations(page) == []


@PLAIN_PAGES
def test_a_phone_never_scrolls_sideways(url: str, site_url: str, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{site_url}/{url}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_search_finds_a_page(site_url: str, page: Page) -> None:
    page.goto(site_url + "/")
    page.locator(".md-search__input").click()
    page.keyboard.type("negator")
    result = page.locator(".md-search-result__link").first
    result.wait_for()
    assert "number_negator" in str(result.get_attribute("href"))
