"""A page with 200 figures against one with 10, a figure; and 20 tabs against one, a tab."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from modelpress.proof.browser import chromium_arguments, find_browser
from tests.entries import models_of
from tests.many_figures import CONTEXTS, NAME, figures_page, heap_bytes, model_fences, serve_page
from tests.server import serve_folder

FEW, MANY, TABS = 10, 200, 20
Rows = dict[str, tuple[float, float]]

# When each figure is ready, and for how long tasks block the page.
WATCH = """
window.ready = [];
window.blocked = 0;
document.addEventListener("modelpress:ready", () => { ready.push(performance.now()); });
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) blocked = Math.max(blocked, duration);
}).observe({ type: "longtask", buffered: true });
"""


def compare(project: Path) -> tuple[Rows, Rows]:
    """Returns what a figure costs among many and among few, then a tab among many and alone."""
    found = find_browser()
    assert found is not None, "the benchmark needs Chromium: run it as `make bench`"
    slugs = sorted(models_of(project / "site"))[:FEW]
    with serve_folder(project / "site") as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(found.path), args=chromium_arguments())
        few, many = (
            _figures(browser, url, figures_page(project, model_fences(slugs, count)), count)
            for count in (FEW, MANY)
        )
        one, tabs = (_tabs(browser, url, project, slugs[0], count) for count in (1, TABS))
        browser.close()
    return {name: (many[name], few[name]) for name in few}, {n: (tabs[n], one[n]) for n in one}


def _figures(browser: Browser, url: str, html: str, count: int) -> dict[str, float]:
    context = _profile(browser, url, html)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/{NAME}")
    page.wait_for_function("count => ready.length === count", arg=count, timeout=120_000)
    found = {
        "all ready, ms a figure": page.evaluate("ready.at(-1)") / count,
        "heap, kB a figure": heap_bytes(page) / count / 1000,
        "first ready, ms": page.evaluate("ready[0]"),
        "longest task, ms": page.evaluate("blocked"),
        "files": len(set(asked)),
        "workers and contexts": len(page.workers) + page.evaluate("liveContexts()") or 1,
    }
    context.close()
    return found


def _tabs(browser: Browser, url: str, project: Path, slug: str, count: int) -> dict[str, float]:
    context = _profile(browser, url, figures_page(project, model_fences([slug], 1)))
    pages = [context.new_page() for _ in range(count)]
    for page in pages:
        page.goto(f"{url}/{NAME}")
    for page in pages:
        page.wait_for_function("ready.length === 1")
    found = {
        "ready, ms a tab": sum(page.evaluate("ready[0]") for page in pages) / count,
        "heap, kB a tab": sum(heap_bytes(page) for page in pages) / count / 1000,
    }
    context.close()
    return found


def _profile(browser: Browser, url: str, html: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    context.add_init_script(CONTEXTS + WATCH)
    serve_page(context, url, html)
    return context
