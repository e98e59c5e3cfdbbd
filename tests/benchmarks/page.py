"""Our pages against the stock ones: answers, bytes, first paint, a prediction, and the aims."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from modelpress.proof.verify import chromium_arguments, find_browser
from tests.benchmarks.stock import make_stock_site
from tests.entries import models_of
from tests.server import Line, serve_folder

# A school's or a phone's line: 9 Mbit/s and 60 ms a round trip.
SLOW_BITS_PER_S, SLOW_LATENCY_S = 9e6, 0.06
ROUNDS = 5
PREDICTIONS = 100
ALL_AFTER_S = 10
# The ratios of the latest run, by page, line and measure.
LATEST = Path(__file__).with_name("page.json")

# The largest ratio ours / stock that we aim at.
FIRST, BYTES_FIRST = "first live answer, ms", "bytes until then (gzip)"
BYTES_ALL, WEBGL = f"bytes after {ALL_AFTER_S} s (gzip)", "first WebGL answer, ms"
PREDICTION, PAINT = "a prediction in automatic mode, ms", "first contentful paint, ms"
BLOCKED = "longest blocked frame, ms"
AIMS = {FIRST: 0.3, BYTES_FIRST: 0.3, BYTES_ALL: 0.8, WEBGL: 1.0, PREDICTION: 0.5, PAINT: 1.0}

# Notes when our figure first answers, and when WebGL first does.
ANSWERS = """
window.answers = {};
document.addEventListener("modelpress:ready", () => {
  window.answers.first ??= performance.now();
}, { once: true });
document.addEventListener("modelpress:result", (event) => {
  if (event.detail.backend === "webgl") window.answers.webgl ??= performance.now();
});
"""
# Has our figure answer by WebGL, as its author may, since automatic mode leaves fast models alone.
ON_WEBGL = """
new MutationObserver((_, watch) => {
  const figure = document.querySelector("modelpress-model");
  if (!figure) return;
  figure.dataset.backend = "webgl";
  watch.disconnect();
}).observe(document, { childList: true, subtree: true });
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
async ([slug, values, count]) => {
  const model = await modelpress.load(slug);
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const begin = performance.now();
    await model.predict(values);
    times.push(performance.now() - begin);
    await new Promise((go) => setTimeout(go));
  }
  model.dispose();
  return times.sort((a, b) => a - b)[times.length >> 1];
}
"""
PAINTED = """
() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime
"""

# What cold visits measured, by name. Times in ms since navigation began; sizes in bytes (gzip).
Visit = dict[str, float]
# Ours and theirs by measure.
Table = dict[str, tuple[float, float]]


@dataclass
class Sent:
    """The parts of all answers: when each had passed the line, in seconds, and its bytes."""

    parts: list[tuple[float, int]] = field(default_factory=list)

    def add(self, path: str, size: int) -> None:
        self.parts.append((time.time(), size))

    def until(self, at_s: float) -> int:
        return sum(size for passed, size in self.parts if passed <= at_s)


@dataclass
class Bench:
    browser: Browser
    site: Path
    stock: Path
    page: str
    slug: str
    start: list[float]

    @contextmanager
    def visit(
        self, folder: Path, slow: bool, query: str = "", script: str = ""
    ) -> Iterator[tuple[Page, Sent]]:
        """A fresh profile on the page, and all that is sent to it."""
        sent = Sent()
        line = Line(SLOW_BITS_PER_S, SLOW_LATENCY_S) if slow else None
        with serve_folder(folder, line=line, compress=True, sent=sent.add) as url:
            context = self.browser.new_context()
            context.set_default_timeout(120_000)
            tab = context.new_page()
            tab.add_init_script(WATCH + script)
            tab.goto(f"{url}/{self.page}{query}", wait_until="commit")
            yield tab, sent
            context.close()

    def ours(self, slow: bool, whole: bool) -> Visit:
        with self.visit(self.site, slow) as (tab, sent):
            found = self._first(tab, sent, whole)
            if not slow:
                found[PREDICTION] = tab.evaluate(OUR_MEDIAN, [self.slug, self.start, PREDICTIONS])
        with self.visit(self.site, slow, script=ON_WEBGL) as (tab, _):
            tab.wait_for_function("window.answers?.webgl")
            found[WEBGL] = tab.evaluate("window.answers.webgl")
        return found

    def theirs(self, slow: bool, whole: bool) -> Visit:
        found: Visit = {}
        predictions = []
        for backend in ("cpu", "webgl"):
            with self.visit(self.stock, slow, f"?backend={backend}") as (tab, sent):
                tab.wait_for_function("window.answers?.first")
                used = tab.evaluate("window.answers.backend")
                assert used == backend, f"stock page ran on {used}"
                if backend == "cpu":  # the first to answer
                    found |= self._first(tab, sent, whole)
                else:
                    found[WEBGL] = tab.evaluate("window.answers.first")
                if not slow:
                    predictions.append(tab.evaluate(f"window.timePredictions({PREDICTIONS})"))
        if predictions:
            found[PREDICTION] = min(predictions)
        return found

    def _first(self, tab: Page, sent: Sent, whole: bool) -> Visit:
        """whole: wait for all that the page loads by itself."""
        tab.wait_for_function("window.answers?.first && document.readyState === 'complete'")
        began_s, first = tab.evaluate("[performance.timeOrigin / 1000, window.answers.first]")
        found: Visit = {
            FIRST: first,
            BYTES_FIRST: sent.until(began_s + first / 1000),
            PAINT: tab.wait_for_function(PAINTED).json_value(),
        }
        if whole:
            tab.wait_for_function(f"performance.now() > {ALL_AFTER_S * 1000}")
            found[BYTES_ALL] = sent.until(began_s + ALL_AFTER_S)
        found[BLOCKED] = tab.evaluate("window.gap")
        return found


def compare(site: Path, page: str, slug: str, tfjs: Path) -> dict[str, Table]:
    """Medians of ours and theirs by measure, for a plain and for a slow line.

    The two take turns in one browser, each visit with a cold cache.
    """
    found = find_browser()
    assert found is not None, "the benchmark needs Chromium: run it as `make bench`"
    start = models_of(site)[slug]["start"]["input"]
    tables: dict[str, Table] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        stock = Path(scratch) / "site"
        make_stock_site(site, page, slug, tfjs, stock)
        browser = driver.chromium.launch(executable_path=str(found.path), args=chromium_arguments())
        bench = Bench(browser, site, stock, page, slug, start)
        for name, slow in (("plain line", False), ("9 Mbit/s, 60 ms", True)):
            ours: list[Visit] = []
            theirs: list[Visit] = []
            for i in range(ROUNDS):
                ours.append(bench.ours(slow, whole=i == 0))
                theirs.append(bench.theirs(slow, whole=i == 0))
            measures = [*AIMS, BLOCKED]
            tables[name] = {
                measure: (_median(ours, measure), _median(theirs, measure))
                for measure in measures
                if measure in ours[0]
            }
        browser.close()
    return tables


def _median(visits: list[Visit], measure: str) -> float:
    return statistics.median(visit[measure] for visit in visits if measure in visit)


def keep(slug: str, tables: dict[str, Table]) -> dict[str, dict[str, float]]:
    """Writes the ratios of a page to the file of the latest run; returns the former ones."""
    latest = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    former: dict[str, dict[str, float]] = latest.get(slug, {})
    latest[slug] = {
        line: {measure: round(our / their, 3) for measure, (our, their) in table.items()}
        for line, table in tables.items()
    }
    LATEST.write_text(json.dumps(latest, indent=2, sort_keys=True) + "\n")
    return former
