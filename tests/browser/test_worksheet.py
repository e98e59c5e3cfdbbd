"""Worksheets: what is printed of a lesson, without answers and with them."""

from __future__ import annotations

import subprocess

import pytest
from playwright.sync_api import Page, Route, expect

from modelpress.site.context import Page as SitePage
from modelpress.site.context import Site
from modelpress.site.lessons.course import lesson_end
from tests.twins import ASSETS, NODE

LESSON = {"page": "a.md", "url": "a/", "title": "Waves", "question": "What?"}
HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Waves</title>
<style>{style}</style><article class="md-typeset"><h1>Waves</h1><p class="mp-question">What?</p>
<p id="text">Text.</p><h2 id="try">Try it</h2>
<details class="question"><summary>Why?</summary><p id="answer">Because.</p></details>{end}
</article><script type="module">{script}</script>"""


@pytest.fixture(scope="module")
def lesson() -> str:
    esbuild = ASSETS / "node_modules/esbuild/bin/esbuild"
    command = [str(NODE), str(esbuild), str(ASSETS / "src/course/page.ts"), "--bundle"]
    made = subprocess.run(
        [*command, "--format=esm", "--target=es2022"], capture_output=True, text=True, check=True
    )
    style = "".join(
        (ASSETS / f"styles/pages/{name}.css").read_text("utf-8") for name in ("prose", "course")
    )
    end = lesson_end(Site({}, lessons=[LESSON]), SitePage("a.md"), 1)
    return HTML.format(style=style, end=end, script=made.stdout)


def opened(page: Page, lesson: str, state: str) -> Page:
    def answer(route: Route) -> None:
        route.fulfill(body=lesson, content_type="text/html")

    page.route("https://lesson.example/**", answer)
    page.goto("about:blank")
    page.goto(f"https://lesson.example/{state}")
    page.emulate_media(media="print")
    return page


# Chromium only: Firefox' driver does not emulate print.
def test_a_worksheet_is_the_questions_of_a_lesson(page: Page, lesson: str) -> None:
    opened(page, lesson, "#worksheet")
    for name in ("h1", ".mp-question", "summary"):
        expect(page.locator(name)).to_be_visible()
    for name in ("#text", "#try", "#answer", ".mp-worksheets"):
        expect(page.locator(name)).to_be_hidden()
    room = page.locator("details").bounding_box()
    assert room
    assert room["height"] > 120  # to write in

    opened(page, lesson, "#gate=0,1&worksheet=answers")
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("#text")).to_be_hidden()

    opened(page, lesson, "")
    expect(page.locator("#text")).to_be_visible()
    expect(page.locator("#answer")).to_be_hidden()


@pytest.mark.engines(firefox="slow")
def test_its_links_print_and_the_address_is_a_link_to_it(page: Page, lesson: str) -> None:
    page.add_init_script(
        "window.printed = []; "
        "window.print = () => printed.push(document.documentElement.dataset.worksheet);"
    )
    opened(page, lesson, "")
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Print a worksheet").click()
    page.wait_for_function("printed.length === 1")
    page.get_by_role("link", name="with answers").click()
    page.wait_for_function("printed.length === 2")
    assert page.evaluate("printed") == ["blank", "answers"]
    assert page.url.endswith("#worksheet=answers")
    expect(page.locator("#answer")).to_be_visible()
    page.evaluate("location.hash = 'try'")
    page.wait_for_function("!document.documentElement.dataset.worksheet")


@pytest.mark.engines(firefox="slow")
def test_a_question_asks_for_a_prediction_first(page: Page, lesson: str) -> None:
    opened(page, lesson, "")
    page.emulate_media(media="screen")
    page.get_by_text("Why?").press("Enter")
    field = page.get_by_role("textbox", name="What do you expect")
    expect(field).to_be_visible()
    expect(page.locator("#answer")).to_be_hidden()
    field.fill("<b>Because</b> of that.")
    page.get_by_role("button", name="Show the answer").click()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.get_by_text("You expected: <b>Because</b> of that.")).to_be_focused()
    for _ in range(2):  # closed, and open again: it does not ask twice
        page.get_by_text("Why?").click()
    expect(page.locator("#answer")).to_be_visible()
    expect(field).to_have_count(0)
