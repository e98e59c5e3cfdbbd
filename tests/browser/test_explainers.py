"""Every explainer, found by location, where a page first shows it: live, linked, reset, accessible.

What is special to one is tested beside its mathematics, in tests/test_explain_<name>.py.
"""

from __future__ import annotations

from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from modelpress.node.extension_files import explainers
from modelpress.site.fence_syntax import scan
from tests.browser.figures import DOCS, WIDE, page_url, part, violations_in_both_schemes

SHOWN: dict[str, str] = {}
for fence in scan(DOCS):
    if fence.kind == "explore":
        SHOWN.setdefault(fence.slug, page_url(fence.page))
# What one description gives to all is shown of these first; of the others among the slow tests.
FIRST = ("boundary", "loss-surface")
EACH = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in FIRST else pytest.mark.slow) for name in sorted(SHOWN)],
)
WILD = "nosuch:1,steps:-3@999999999"


def opened(page: Page, address: str, name: str) -> Locator:
    """The explainer at rest: it does not show its first steps."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    element = page.locator(f'modelpress-explore[name="{name}"]').first
    element.scroll_into_view_if_needed()
    expect(element).to_have_attribute("state", "ready")
    return element


def seen(element: Locator) -> str:
    """All that a change can change: the reading, the picture and the step."""
    step = str(element.get_attribute("step"))
    return "\n".join(
        [part(element, "reading").inner_text(), part(element, "stage").inner_html(), step]
    )


# The keys of which one changes what has the focus; none for what a key alone does not change.
KEYS = """() => {
  const at = document.activeElement;
  if (at.closest("[data-handle]")) return ["ArrowUp", "ArrowRight"];
  if (at.matches("[data-param][type=range]")) {
    return [at.value === at.max ? "ArrowLeft" : "ArrowRight"];
  }
  if (at.matches("[data-param][type=radio]")) return ["ArrowDown"];
  if (at.matches("[data-param][type=checkbox]")) return ["Space"];
  return at.matches("[data-part^=act-], [data-part=step]") ? ["Enter"] : [];
}"""


FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def change_by_keyboard(page: Page, element: Locator) -> None:
    """The first handle or control after the focus, moved by a key alone."""
    before = seen(element)
    for _ in range(60):
        page.keyboard.press("Tab")
        if keys := page.evaluate(KEYS):
            for key in keys:
                page.keyboard.press(key)
                page.evaluate(FRAMES)  # a change is shown at the next frame
                if seen(element) != before:
                    break
            return
    raise AssertionError("no control can be reached by the Tab key")


def test_every_explainer_is_on_a_page() -> None:
    assert sorted(SHOWN) == sorted(explainers())


@pytest.mark.engines(firefox="long")
@EACH
def test_it_answers_keys_resets_and_links(name: str, site_url: str, page: Page) -> None:
    element = opened(page, f"{site_url}/{SHOWN[name]}#{name}.explore={WILD}", name)
    expect(part(element, "notice")).to_contain_text(
        "The link has values that this figure cannot show"
    )
    assert part(element, "reading").inner_text().strip()
    page.goto("about:blank")
    element = opened(page, f"{site_url}/{SHOWN[name]}", name)
    start = seen(element)
    assert part(element, "reading").inner_text().strip()
    element.evaluate("element => { element.tabIndex = -1; element.focus(); }")
    change_by_keyboard(page, element)
    if name != "no-network":  # shows what happens, not what is set
        page.wait_for_function(
            "([element, start]) => [element.querySelector('[data-part=reading]').innerText,"
            " element.querySelector('[data-part=stage]').innerHTML,"
            " element.getAttribute('step')].join('\\n') !== start",
            arg=[element.element_handle(), start],
        )
        changed = part(element, "reading").inner_text()
        part(element, "copy").click()
        expect(part(element, "notice")).to_contain_text("ink to this state")
        fragment = urldefrag(page.url)[1]
        assert fragment.startswith(f"{name}.explore=")
        part(element, "reset").click()
        expect(part(element, "notice")).to_contain_text("Reset.")
        expect(part(element, "reading")).to_have_text(start.split("\n")[0])
        link = page.url.split("#")[0] + f"#{fragment}"
        page.goto("about:blank")
        element = opened(page, link, name)
        expect(part(element, "reading")).to_have_text(changed)
    part(element, "twin").locator("summary").click()
    assert part(element, "table").locator("tbody tr").count() > 0


@pytest.mark.parametrize("name", FIRST)
def test_axe_finds_nothing_and_a_small_phone_has_room(
    name: str, site_url: str, browser: Browser
) -> None:
    """The others are looked at with their pages, in tests/browser/test_docs.py."""
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        element = opened(page, f"{site_url}/{SHOWN[name]}", name)
        part(element, "twin").locator("summary").click()
        assert violations_in_both_schemes(page, element) == {}
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert element.evaluate(WIDE) == []


@EACH
def test_it_is_complete_without_scripts(name: str, site_url: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site_url}/{SHOWN[name]}")
        element = page.locator(f'modelpress-explore[name="{name}"]').first
        expect(part(element, "stage")).to_be_visible()
        expect(part(element, "reading")).not_to_be_empty()
        expect(element.locator("figcaption")).to_contain_text("Figure ")
        expect(element.locator(".mp-noscript")).to_be_visible()
