"""Predictions a second with the canary, and with a script in its place that replays nothing."""

from __future__ import annotations

import statistics
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from modelpress.proof.browser import chromium_arguments, find_browser
from tests.entries import models_of
from tests.server import serve_folder

BACKENDS = ("cpu", "wasm", "webgl")
SLICES = 24  # of each side, in turns: what else the machine does hits both
MS = 150
NONE = """
export class Watch {
  checked = { at: 0, since: 0 };
  answered() { return Promise.resolve(); }
  judge() {}
  close() {}
}
"""
OPEN = """async ([slug, backend, input]) => {
  window.model = await modelpress.load(slug, { backend });
  for (let i = 0; i < 50; i += 1) await model.predict(input);
}"""
RATE = """async ([input, ms]) => {
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < ms) {
    await model.predict(input);
    count += 1;
  }
  return [count / (performance.now() - began), model.backend];
}"""


def compare(site: Path, page: str, slug: str) -> dict[str, tuple[float, float]]:
    """Backend → predictions a second with the canary and without it, the medians of short slices.
    page: one of the site with a model, relative to it."""
    found = find_browser()
    assert found is not None, "the benchmark needs Chromium: run it as `make bench`"
    start = models_of(site)[slug]["start"]
    rates: dict[str, tuple[float, float]] = {}
    with serve_folder(site) as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(found.path), args=chromium_arguments())
        for backend in BACKENDS:
            tabs = [_open(browser, f"{url}/{page}", watched) for watched in (True, False)]
            for tab in tabs:
                tab.evaluate(OPEN, [slug, backend, start["input"]])
            slices: list[list[float]] = [[], []]
            for turn in range(SLICES):
                for side in ((0, 1), (1, 0))[turn % 2]:
                    rate, answered = tabs[side].evaluate(RATE, [start["input"], MS])
                    assert answered == backend, f"{answered} answered, not {backend}"
                    slices[side].append(1000 * rate)
            rates[f"{slug}, {backend}"] = (
                statistics.median(slices[0]),
                statistics.median(slices[1]),
            )
            for tab in tabs:
                tab.context.close()
        browser.close()
    return rates


def _open(browser: Browser, address: str, watched: bool) -> Page:
    """A page with the canary, or with what stands in its place."""
    context = browser.new_context()
    if not watched:
        context.route(
            "**/assets/modelpress/canary-*.js",
            lambda route: route.fulfill(body=NONE, content_type="text/javascript"),
        )
    tab = context.new_page()
    with tab.expect_response("**/assets/modelpress/canary-*.js"):
        tab.goto(address)
    tab.wait_for_function("globalThis.modelpress")
    return tab
