"""A page with many figures, and many tabs: what they hold of the device stays bounded, and each
figure answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.figures import choose_in, part
from tests.built import built_once
from tests.entries import models_of
from tests.many_figures import (
    CONTEXTS,
    NAME,
    figures_page,
    heap_bytes,
    model_fences,
    serve_page,
)
from tests.server import serve_folder
from tests.tiny import write_plain

FIGURES, TABS, SURFACES = 200, 20, 20
# Chromium takes the oldest WebGL context away at the seventeenth, Android's at the ninth.
MOST_CONTEXTS = 8
ACCELERATORS = 2  # WASM and WebGL: each has one worker
SPARE = 30  # requests: a slow device tries one more backend
MOST_HEAP_BYTES = 100_000  # of a figure; measured: 20,000
ALL_READY = "count => document.querySelectorAll('modelpress-model[state=ready]').length === count"
# Scrolls to each figure, gives it its starting input again, and compares its prediction with
# Python's. Returns the keys of the figures that did not answer so.
ANSWERS = """async () => {
  const wrong = [];
  for (const figure of document.querySelectorAll("modelpress-model")) {
    figure.scrollIntoView({ block: "center" });
    const answer = new Promise((resolve) => {
      const shown = (event) => resolve(event.detail.output);
      figure.addEventListener("modelpress:result", shown, { once: true });
    });
    figure.set(figure.dataset.start);
    const [found, expected] = [await answer, JSON.parse(figure.dataset.answer)];
    const isNear = (value, i) => Math.abs(found[i] - value) <= 1e-4 * (1 + Math.abs(value));
    if (!expected.every(isNear) || found.length !== expected.length) wrong.push(figure.dataset.key);
  }
  return wrong;
}"""


def visited(page: Page, url: str, count: int) -> Counter[str]:
    """Opens the page of `count` figures; returns its requests once all figures are ready."""
    asked: Counter[str] = Counter()
    page.on("request", lambda request: asked.update([request.url]))
    page.goto(f"{url}/{NAME}")
    page.wait_for_function(ALL_READY, arg=count)
    return asked


@pytest.mark.slow
def test_200_figures_share_all_that_a_model_needs(
    browser: Browser, kinds_project: Path, kinds_url: str
) -> None:
    slugs = sorted(models_of(kinds_project / "site"))
    asked, heap = [], []
    for count in (len(slugs), FIGURES):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(CONTEXTS)
        serve_page(context, kinds_url, figures_page(kinds_project, model_fences(slugs, count)))
        page = context.new_page()
        asked.append(visited(page, kinds_url, count))
        assert page.evaluate(ANSWERS) == []
        heap.append(heap_bytes(page))
        for bump in page.locator("modelpress-model[model=bump]").all()[:3]:
            choose_in(bump, "webgl")  # which has a worker
        assert 1 <= len(page.workers) <= ACCELERATORS
        assert page.evaluate("contexts.size") == 0
        context.close()
    few, many = asked
    assert many.total() < few.total() + SPARE
    assert max(many.values()) <= 1 + ACCELERATORS
    assert (heap[1] - heap[0]) / (FIGURES - len(slugs)) < MOST_HEAP_BYTES


def surfaces(folder: Path) -> None:
    for name in ("docs", "models"):
        (folder / name).mkdir(parents=True)
    write_plain(folder, "Many surfaces")
    fence = "```explore loss-surface\n```\n\n"
    (folder / "docs/index.md").write_text(f"# Surfaces\n\n{fence * SURFACES}")
    (folder / "docs/one.md").write_text(f"# One\n\n{fence}")


@pytest.fixture(scope="module")
def surfaces_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = built_once(tmp_path_factory, "many_surfaces", surfaces, "--no-browser")
    with serve_folder(project / "site") as url:
        yield url


@pytest.mark.slow
def test_only_surfaces_near_the_screen_hold_a_context(
    context: BrowserContext, page: Page, surfaces_url: str
) -> None:
    page.add_init_script(CONTEXTS)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{surfaces_url}/")
    elements = page.locator("modelpress-explore")
    expect(elements).to_have_count(SURFACES)
    for i in (*range(SURFACES), 0):
        elements.nth(i).scroll_into_view_if_needed()
        surface = part(elements.nth(i), "surface")
        expect(surface).to_have_attribute("data-drawn", "webgl")
        assert page.evaluate("liveContexts()") <= MOST_CONTEXTS
    assert page.evaluate("contexts.size") >= SURFACES
    # One that is left is drawn as SVG, as it was turned.
    surface = part(elements.first, "surface")
    still = surface.locator(".mp-surface-still").inner_html()
    surface.focus()
    page.keyboard.press("ArrowRight")
    elements.last.scroll_into_view_if_needed()
    expect(surface).to_have_attribute("data-drawn", "svg")
    assert surface.locator(".mp-surface-still").inner_html() != still


@pytest.mark.slow
def test_20_tabs_each_answer_and_hold_one_context(
    context: BrowserContext, surfaces_url: str
) -> None:
    tabs = []
    for _ in range(TABS):
        tab = context.new_page()
        tab.add_init_script(CONTEXTS)
        tab.goto(f"{surfaces_url}/one/")
        expect(part(tab.locator("modelpress-explore"), "surface")).to_have_attribute(
            "data-drawn", "webgl"
        )
        tabs.append(tab)
    for tab in tabs:
        tab.bring_to_front()
        element = tab.locator("modelpress-explore")
        part(element, "step").click()
        expect(element).to_have_attribute("step", "1")
        # Where tabs share a process, the browser may have taken the context: then it is an SVG.
        assert tab.evaluate("contexts.size") == 1
        drawn = part(element, "surface").get_attribute("data-drawn")
        assert drawn == ("webgl" if tab.evaluate("liveContexts()") else "svg")
