"""The course in a real browser: terms, the map, what was read, and answers without a connection."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.driving import change
from tests.browser.figures import figure, part, wait_for
from tests.browser.host import hosting

LESSON = "learn/colours/"
OFFLINE_LESSON = "learn/complementary-colours/"


def term_on(page: Page) -> tuple[Locator, Locator]:
    """The first term of the page, and its definition."""
    term = page.locator(".mp-term").first
    return term.locator("a"), term.locator(".mp-term-tip")


def test_a_term_shows_its_definition_on_hover_and_focus(site_url: str, page: Page) -> None:
    page.goto(f"{site_url}/{LESSON}")
    word, tip = term_on(page)
    expect(tip).to_be_hidden()
    word.hover()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(0, 0)
    word.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    described = str(word.get_attribute("aria-describedby"))
    assert page.locator(f"#{described}").count() == 1
    word.press("Enter")
    page.wait_for_url(re.compile(r"/learn/glossary/#\S+$"))


def test_a_first_tap_shows_it_within_the_screen_and_a_second_follows(
    site_url: str, browser: Browser
) -> None:
    phone = {"width": 320, "height": 700}
    with browser.new_context(viewport=phone, has_touch=True) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{site_url}/{LESSON}", wait_until="networkidle")
        for word in page.locator(".mp-term > a").all()[:6]:
            word.tap()
            tip = page.locator(".mp-term[data-open] .mp-term-tip")
            expect(tip).to_be_visible()
            box = tip.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= phone["width"]
            page.keyboard.press("Escape")  # it may lie over the next
            expect(tip).to_have_count(0)
        assert page.url == f"{site_url}/{LESSON}"
        page.locator("h1").tap()
        expect(page.locator(".mp-term[data-open]")).to_have_count(0)
        word = page.locator(".mp-term > a").first
        word.tap()
        word.tap()
        page.wait_for_url(re.compile(r"/learn/glossary/#\S+$"))


def test_the_map_shows_what_was_read_until_it_is_forgotten(site_url: str, page: Page) -> None:
    page.goto(f"{site_url}/learn/")
    course = page.locator(".mp-course")
    item = course.locator(f'[data-lesson="{LESSON}"]')
    expect(item).to_have_attribute("data-state", "new")
    expect(part(course, "forget")).to_be_hidden()

    page.goto(f"{site_url}/{LESSON}", wait_until="networkidle")
    page.goto(f"{site_url}/learn/")
    expect(item).to_have_attribute("data-state", "begun")
    expect(part(item, "state")).to_have_text(re.compile("^Begun"))

    page.goto(f"{site_url}/{LESSON}", wait_until="networkidle")
    page.locator(".mp-lesson-end").scroll_into_view_if_needed()
    expect(page.locator(".mp-lesson-end")).to_contain_text(", read.")
    for where in ("learn/", ""):
        page.goto(f"{site_url}/{where}")
        expect(item).to_have_attribute("data-state", "read")
        expect(part(course, "said")).to_contain_text("You have read 1 of ")

    part(course, "forget").click()
    expect(part(course, "said")).to_contain_text("Forgotten.")
    expect(item).to_have_attribute("data-state", "new")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('course'))") == []


@pytest.mark.parametrize(
    ("url", "mark", "script", "alive"),
    [
        (
            "learn/",
            b'<li data-lesson="learn/one-weight/">',
            "course-",
            '[data-lesson][data-state="new"]',
        ),
        ("learn/a-line/", b'data-part="act-more"', "explore-", 'modelpress-explore[state="ready"]'),
    ],
)
def test_a_page_that_comes_in_pieces(
    url: str, mark: bytes, script: str, alive: str, built_site: Path, page: Page
) -> None:
    """Its scripts are there before what they bring to life."""
    with hosting(built_site) as host:
        rest = threading.Event()
        host.held[url] = (mark, rest)
        with page.expect_response(re.compile(f"/{script}")) as answer:
            page.goto(f"{host.url}/{url}", wait_until="commit")
        answer.value.finished()
        page.wait_for_timeout(500)  # an async script would have run
        rest.set()
        page.locator(alive).first.wait_for()
    # and no uncaught error: the fixture looks


def test_what_others_keep_under_our_name_is_no_course(site_url: str, page: Page) -> None:
    page.goto(f"{site_url}/learn/")
    for text in ("[1, 2", "7", '{"learn/colours/": "danced"}', "null"):
        page.evaluate("text => localStorage.setItem('modelpress.course:/', text)", text)
        page.reload()
        item = page.locator(f'.mp-course [data-lesson="{LESSON}"]')
        expect(item).to_have_attribute("data-state", "new")


def test_search_finds_a_term(site_url: str, page: Page) -> None:
    page.goto(site_url + "/")
    page.locator(".md-search__input").click()
    page.keyboard.type("one-hot")
    found = page.locator('.md-search-result__link[href*="glossary/"]').first
    found.wait_for()
    link = page.locator('.md-search-result__link[href*="glossary/#one-hot"]')
    expect(link.first).to_be_attached()


def test_previous_and_next_follow_the_lessons(site_url: str, page: Page) -> None:
    page.goto(f"{site_url}/{LESSON}")
    page.locator(".md-footer__link--next").click()
    page.wait_for_url(f"{site_url}/{OFFLINE_LESSON}")
    page.locator(".md-footer__link--prev").click()
    page.wait_for_url(f"{site_url}/{LESSON}")


def test_without_a_connection_the_model_answers_and_nothing_is_asked_for(
    site_url: str, page: Page
) -> None:
    page.goto(f"{site_url}/{OFFLINE_LESSON}", wait_until="networkidle")
    counter = page.locator('modelpress-explore[name="no-network"]')
    counter.scroll_into_view_if_needed()
    expect(counter).to_have_attribute("state", "ready")
    model = figure(page, "complementary_color")
    wait_for(page, "complementary_color", state="ready", backend="exact")
    page.wait_for_load_state("networkidle")
    part(counter, "act-anew").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    expect(part(counter, "reading")).to_contain_text("The connection is off")
    before = part(model, "reading").inner_text()
    change(model)
    expect(part(model, "reading")).not_to_have_text(before)
    expect(part(counter, "reading")).to_have_text(
        re.compile(
            r"^[1-9]\d* predictions? here, 0 requests over the network\. .* [1-9]\d* predictions?"
        )
    )
    assert asked == []
    page.context.set_offline(False)
    expect(part(counter, "stage")).to_contain_text("on")


def test_without_scripts_the_map_and_the_terms_are_links(site_url: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site_url}/learn/")
        assert page.locator(".mp-course li a").count() >= 2
        page.goto(f"{site_url}/{LESSON}")
        word, tip = term_on(page)
        word.hover()
        expect(tip).to_be_visible()
