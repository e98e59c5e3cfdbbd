"""Our page against the stock one: bytes, first answer, first WebGL answer, prediction, frames."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from modelpress.proof.verify import chromium_arguments, find_browser
from tests.benchmarks.stock import make_stock_site
from tests.server import Line, serve_folder

# A school's or a phone's line: 9 Mbit/s and 60 ms a round trip.
SLOW_BITS_PER_S, SLOW_LATENCY_S = 9e6, 0.06
ROUNDS = 5
PREDICTIONS = 100

# Notes when our figure first answers, and when WebGL first does.
ANSWERS = """
window.answers = {};
document.addEventListener("modelpress:ready", () => {
  window.answers.first = performance.now();
}, { once: true });
document.addEventListener("modelpress:result", (event) => {
  if (event.detail.backend === "webgl") window.answers.webgl ??= performance.now();
});
"""
# The longest gap between frames, too.
WATCH = (
    ANSWERS
    + """
window.gap = 0;
let last;
const frame = (now) => {
  if (last !== undefined) window.gap = Math.max(window.gap, now - last);
  last = now;
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""
)
OUR_MEDIAN = """
async ([slug, backend, values, count]) => {
  const model = await modelpress.load(slug, { backend });
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const begin = performance.now();
    await model.predict(values);
    times.push(performance.now() - begin);
    await new Promise((go) => setTimeout(go));
  }
  const used = model.backend;
  model.dispose();
  if (used !== backend) throw new Error(`${used} answered instead of ${backend}`);
  return times.sort((a, b) => a - b)[times.length >> 1];
}
"""


# What one cold visit measured, by name. Times in ms since navigation began; sizes in bytes (gzip).
Visit = dict[str, float]


@dataclass
class Bench:
    browser: Browser
    site: Path
    stock: Path
    page: str
    slug: str
    start: list[float]

    @contextmanager
    def visit(self, folder: Path, query: str, slow: bool) -> Iterator[tuple[Page, dict[str, int]]]:
        """A fresh profile on the page, and the sizes of all it asked for."""
        sizes: dict[str, int] = {}
        line = Line(SLOW_BITS_PER_S, SLOW_LATENCY_S) if slow else None
        with serve_folder(folder, line=line, compress=True, log=sizes.__setitem__) as url:
            context = self.browser.new_context()
            context.set_default_timeout(120_000)
            tab = context.new_page()
            tab.add_init_script(WATCH)
            tab.goto(f"{url}/{self.page}{query}", wait_until="commit")
            yield tab, sizes
            context.close()

    def ours(self, slow: bool) -> Visit:
        with self.visit(self.site, "", slow) as (tab, sizes):
            tab.wait_for_function("window.answers?.webgl")
            answers = tab.evaluate("window.answers")
            visit: Visit = {
                "first live answer, ms": answers["first"],
                "first WebGL answer, ms": answers["webgl"],
                "longest blocked frame, ms": tab.evaluate("window.gap"),
                "bytes in all (gzip)": sum(sizes.values()),
            }
            if not slow:
                for backend in ("cpu", "webgl"):
                    visit[f"median prediction on {backend}, ms"] = tab.evaluate(
                        OUR_MEDIAN, [self.slug, backend, self.start, PREDICTIONS]
                    )
            return visit

    def theirs(self, slow: bool) -> Visit:
        visit: Visit = {}
        names = {"cpu": "first live answer, ms", "webgl": "first WebGL answer, ms"}
        for backend, name in names.items():
            with self.visit(self.stock, f"?backend={backend}", slow) as (tab, sizes):
                tab.wait_for_function("window.answers?.first")
                answers = tab.evaluate("window.answers")
                assert answers["backend"] == backend, f"stock page ran on {answers['backend']}"
                visit[name] = answers["first"]
                visit["longest blocked frame, ms"] = tab.evaluate("window.gap")
                visit["bytes in all (gzip)"] = sum(sizes.values())
                if not slow:
                    visit[f"median prediction on {backend}, ms"] = tab.evaluate(
                        f"window.timePredictions({PREDICTIONS})"
                    )
        return visit


Table = dict[str, tuple[float, float]]


def compare(site: Path, page: str, slug: str, start: list[float], tfjs: Path) -> dict[str, Table]:
    """Medians of ours and theirs by measure, for a plain and for a slow line.

    The two take turns in one browser, each visit with a cold cache.
    """
    found = find_browser()
    assert found is not None, "the benchmark needs Chromium: run it as `make bench`"
    tables: dict[str, Table] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        stock = Path(scratch) / "site"
        make_stock_site(site, page, slug, tfjs, stock)
        browser = driver.chromium.launch(executable_path=str(found.path), args=chromium_arguments())
        bench = Bench(browser, site, stock, page, slug, start)
        for name, slow in (("plain line", False), ("9 Mbit/s, 60 ms", True)):
            ours: list[Visit] = []
            theirs: list[Visit] = []
            for _ in range(ROUNDS):
                ours.append(bench.ours(slow))
                theirs.append(bench.theirs(slow))
            tables[name] = {
                measure: (
                    statistics.median(visit[measure] for visit in ours),
                    statistics.median(visit[measure] for visit in theirs),
                )
                for measure in ours[0]
            }
        browser.close()
    return tables
