"""What leaves the reader's device, nothing, and what stays on it, on every page of the site.

A browser that blocks and counts: every request but those of the site's own files, and once a page
has loaded every request at all.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser.driving import change
from tests.browser.figures import DOCS, all_pages, part
from tests.browser.reaching import ZOOMED, all_is_reachable

WAIT_MS = 120_000  # software graphics take a large network's shaders slowly
STORED = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await caches.keys(), cookies: document.cookie,
})"""

# Every figure is begun: what it loads when it is first used comes now.
# A diagram of a network loads the layers behind its figure's first prediction: the same scripts and
# files that this call waits for.
DIAGRAMS_ARE_LOADED = """async () => {
  if (!document.querySelector("modelpress-explore[name=network]")) return;
  for (const figure of document.querySelectorAll("modelpress-model")) {
    await (await modelpress.inside(figure.getAttribute("model"))).dispose();
  }
}"""
FIRST_USE = """() => {
  for (const details of document.querySelectorAll("article details")) details.open = true;
  for (const [figure, button] of [["trainer", "step"], ["failure", "play"]]) {
    for (const found of document.querySelectorAll(`modelpress-${figure} [data-part=${button}]`)) {
      found.click();
    }
  }
  for (const slider of document.querySelectorAll("modelpress-epochs [data-part=range]")) {
    slider.value = slider.min;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
  for (const picture of document.images) picture.loading = "eager";
}"""


class Counter:
    """Lets the site's own files through and counts all else."""

    def __init__(self, context: BrowserContext, site_url: str) -> None:
        self.site_url = site_url
        self.foreign: list[str] = []
        self.asked: list[Request] = []
        context.route("**/*", self._decide)

    def _decide(self, route: Route) -> None:
        request = route.request
        self.asked.append(request)
        if request.url.startswith(self.site_url + "/"):
            route.continue_()
            return
        self.foreign.append(request.url)
        route.abort()


@pytest.mark.long
@pytest.mark.parametrize("url", all_pages(), ids=lambda url: url or "home")
def test_nothing_leaves_the_device_and_all_is_reached_at_400_percent(
    url: str, site_url: str, context: BrowserContext, page: Page
) -> None:
    nothing_leaves(url, site_url, context, page)
    page.set_viewport_size(ZOOMED)
    all_is_reachable(page)


@pytest.mark.engines
@pytest.mark.parametrize("url", ["learn/a-line/", "models/xor/"])
def test_nothing_leaves_the_device_on_a_page_of_many_figures(
    url: str, site_url: str, context: BrowserContext, page: Page
) -> None:
    nothing_leaves(url, site_url, context, page)


def nothing_leaves(url: str, site_url: str, context: BrowserContext, page: Page) -> None:
    counter = Counter(context, site_url)
    page.goto(f"{site_url}/{url}")
    for figure in page.locator("modelpress-model").all():
        expect(figure).to_have_attribute("backend", "exact", timeout=WAIT_MS)
    page.wait_for_load_state("networkidle")
    for figure in page.locator("modelpress-layers").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("state", "live", timeout=WAIT_MS)
    page.evaluate(FIRST_USE)
    for figure in page.locator("modelpress-explore").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("state", "ready", timeout=WAIT_MS)
    for figure in page.locator("modelpress-trainer, modelpress-failure").all():
        expect(figure).to_have_attribute("step", re.compile("[1-9]"), timeout=WAIT_MS)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => !document.querySelector('[aria-busy=true], modelpress-epochs[state=loading]')"
    )
    page.evaluate(DIAGRAMS_ARE_LOADED)
    # All files of the site, and nothing said to anybody in asking for them.
    assert counter.foreign == []
    for request in counter.asked:
        assert request.method == "GET"
        assert request.post_data is None
        assert "?" not in request.url
    loaded = len(counter.asked)
    use(page)
    assert [request.url for request in counter.asked[loaded:]] == []
    stored: dict[str, Any] = page.evaluate(STORED)
    (told,) = re.findall(
        r"`(modelpress\S+)` in the local storage", (DOCS / "offline.md").read_text()
    )
    assert [name for name in stored.pop("local") if not name.startswith(told)] == []
    assert stored == {"session": [], "databases": [], "caches": [], "cookies": ""}


def use(page: Page) -> None:
    """Every figure once more, by the keyboard, until it has answered."""
    for figure in page.locator("modelpress-model").all():
        if not part(figure, "reset").is_visible():
            continue
        before = part(figure, "reading").inner_text()
        change(figure)
        expect(part(figure, "reading")).not_to_have_text(before, timeout=WAIT_MS)
        expect(figure).not_to_have_attribute("data-stale", "", timeout=WAIT_MS)
    for figure in page.locator("modelpress-trainer").all():
        step = figure.get_attribute("step")
        part(figure, "step").first.click()
        expect(figure).not_to_have_attribute("step", str(step), timeout=WAIT_MS)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


@pytest.mark.engines
def test_the_scheme_is_kept_once_it_is_chosen(site_url: str, page: Page) -> None:
    """By a control of the theme's, and the only thing that pressing it keeps."""
    page.goto(f"{site_url}/")
    button = page.locator("form[data-md-component=palette] label:visible")
    expect(button).to_have_attribute("title", "Switch to the light scheme")
    nothing = {"local": [], "session": [], "databases": [], "caches": [], "cookies": ""}
    page.wait_for_function("() => localStorage.length === 0")
    assert page.evaluate(STORED) == nothing
    button.click()
    expect(button).to_have_attribute("title", "Switch to the dark scheme")
    page.reload()
    expect(button).to_have_attribute("title", "Switch to the dark scheme")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    assert page.evaluate(STORED) == {**nothing, "local": ["/.__palette"]}
    button.click()
    button.click()  # back to the system's
    page.reload()
    page.wait_for_function("() => localStorage.length === 0")
