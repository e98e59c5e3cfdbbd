"""Faults of what a reader and their browser do, rows of docs/reference/faults.md."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from modelpress.proof.verify import chromium_arguments, find_browser
from tests.browser.bare_page import patch_worker
from tests.browser.breaking import NOTHING_KEPT, STORAGE_FULL, other_clock
from tests.browser.figures import choose, figure, part, record, seen, wait_for
from tests.browser.reaching import ZOOMED, all_is_reachable
from tests.browser.test_training_page import opened as training_opened
from tests.browser.test_training_page import settled
from tests.browser.watching import Watched, answered, bump

CLOCKS = pytest.mark.parametrize("years", [-60, 80])

# Five hundred inputs in a second, as a slider gives them; how many answers came after the last one.
FLOOD = """async () => {
  const slider = document.querySelector("[data-part=range]");
  const start = performance.now();
  for (let i = 0; i < 500; i += 1) {
    while (performance.now() - start < 2 * i) await new Promise((go) => setTimeout(go));
    slider.value = String(-3 + (6 * i) / 499);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const before = seen.filter(({ name }) => name === "result").length;
  return { value: slider.value, before, took: performance.now() - start };
}"""

# Taken away, put somewhere else, moved, and awaited now and then.
MOVED = """async ([selector, times]) => {
  const figures = [...document.querySelectorAll(selector)];
  const places = figures.map((figure) => {
    const place = document.createElement("div");
    figure.before(place);
    return place;
  });
  const aside = document.body.appendChild(document.createElement("div"));
  for (let i = 0; i < times; i += 1) {
    figures.forEach((figure, at) => {
      if (i % 3 === 0) aside.append(figure);  // moved
      else figure.remove();
    });
    if (i % 2 === 0) await null;
    figures.forEach((figure, at) => places[at].append(figure));
    if (i % 5 === 0) await new Promise((go) => setTimeout(go));
    if (i % 100 === 99) {
      await Promise.all(figures.map(async (figure) => {
        while (figure.getAttribute("state") === "loading") await new Promise(requestAnimationFrame);
      }));
    }
  }
  aside.remove();
}"""

CONTROLS = ", ".join(
    f"modelpress-{name}" for name in ("trainer", "seeds", "layers", "epochs", "tape", "explore")
)

TENSORS = """async (slug) => {
  const text = document.querySelector(`data.mp-spec[data-model="${slug}"]`).value;
  const entry = JSON.parse(text);
  const counts = {};
  for (const backend of ["cpu", "webgl"]) {
    counts[backend] = (await modelpress.prove(entry, { backend })).tensorsBefore;
  }
  return counts;
}"""

# Contexts that were made, in pages and workers.
COUNTED = """
for (const canvas of ["OffscreenCanvas", "HTMLCanvasElement"]) {
  const original = self[canvas]?.prototype.getContext;
  if (!original) continue;
  self[canvas].prototype.getContext = function (kind, ...more) {
    if (kind.startsWith("webgl")) new BroadcastChannel("made").postMessage(kind);
    return original.call(this, kind, ...more);
  };
}"""


@pytest.mark.engines
def test_five_hundred_inputs_in_a_second(
    kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    """The last one wins, and there is no queue: after it at most what was under way is answered."""
    record(context)
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready", backend="exact")
    flood = page.evaluate(FLOOD)
    assert flood["value"] == "3"
    element = figure(page, "bump")
    expect(part(element, "reading")).to_have_text(
        re.compile(
            rf"^3\u202fs gives {re.escape(f'{bump(3):.2f}'.replace('-', chr(0x2212)))}\d*\.$"
        )
    )
    expect(element).not_to_have_attribute("data-stale", "")
    results = seen(page, "bump", "result")
    assert len(results) - flood["before"] <= 2
    assert len(results) < 500
    assert results[-1]["detail"]["output"] == pytest.approx([bump(3)], abs=1e-5)
    part(element, "reset").click()
    expect(part(element, "reading")).to_have_text(f"1\u202fs gives {bump(1):.2f}.")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_figure_is_added_moved_and_removed_a_thousand_times(
    kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    patch_worker(context, COUNTED)
    context.add_init_script(COUNTED)
    context.add_init_script(
        "window.made = 0; new BroadcastChannel('made').onmessage = () => { made += 1; };"
    )
    page.goto(f"{kinds_url}/on-webgl/")
    wait_for(page, "bump", state="ready", backend="webgl")
    page.evaluate(MOVED, ["modelpress-model", 30])
    wait_for(page, "bump", state="ready", backend="webgl")
    before = {**left_behind(context, page), "tensors": page.evaluate(TENSORS, "bump")}
    page.evaluate(MOVED, ["modelpress-model", 1000])
    wait_for(page, "bump", state="ready", backend="webgl")
    after = {**left_behind(context, page), "tensors": page.evaluate(TENSORS, "bump")}
    assert after["tensors"] == before["tensors"]
    assert after["workers"] == before["workers"] == 1
    assert after["contexts"] == before["contexts"]
    assert after["listeners"] <= before["listeners"] + 5
    assert after["nodes"] <= before["nodes"] + 50
    answered(page, "0.5")


def left_behind(context: BrowserContext, page: Page) -> dict[str, int]:
    """What is alive in the page once the browser has cleared away what nobody holds."""
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {
        "listeners": int(found["JSEventListeners"]),
        "nodes": int(found["Nodes"]),
        "workers": len(page.workers),
        "contexts": page.evaluate("window.made ?? 0"),
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("url", ["gate", "epochs", "tape", "network"])
def test_controls_are_added_moved_and_removed_as_often(
    url: str, training_url: str, context: BrowserContext, page: Page
) -> None:
    """Trainings, sliders, tapes, explainers and diagrams, with a training that has begun."""
    page.goto(f"{training_url}/{url}/")
    for element in page.locator("modelpress-trainer").all():
        expect(part(element, "play")).to_be_enabled()
        part(element, "step").click()
        settled(element, "paused", 1)
    for element in page.locator("modelpress-model").all():
        expect(element).to_have_attribute("state", "ready", timeout=60_000)
    page.evaluate(MOVED, [CONTROLS, 30])
    before = left_behind(context, page)
    page.evaluate(MOVED, [CONTROLS, 1000])
    after = left_behind(context, page)
    assert after["workers"] == before["workers"]
    assert after["listeners"] <= before["listeners"] + 5
    assert after["nodes"] <= before["nodes"] + 100
    for element in page.locator("modelpress-trainer").all():
        part(element, "step").click()
        settled(element, "paused", 1)
        expect(part(element, "chip")).to_have_attribute("data-tone", "green")


@pytest.fixture
def browser_that_keeps_pages(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as readers have it: Playwright switches the cache of pages off."""
    found = find_browser()
    assert found is not None
    # A headless shell keeps no pages.
    path = shutil.which("chromium") or str(found.path)
    instance = playwright.chromium.launch(
        executable_path=path,
        args=[*chromium_arguments(), "--enable-features=BackForwardCache"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield instance
    instance.close()


@pytest.mark.slow
def test_a_page_comes_back_from_the_cache_of_pages(
    kinds_url: str, browser_that_keeps_pages: Browser
) -> None:
    with browser_that_keeps_pages.new_context() as context:
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.add_init_script(
            "addEventListener('pageshow', ({ persisted }) => { window.cameBack = persisted; })"
        )
        # A page without scripts of its own tells whether the browser keeps any: a shell may not.
        page.goto(f"{kinds_url}/models/schema.json")
        page.goto(f"{kinds_url}/models/manifest.json")
        page.go_back(wait_until="commit")
        page.wait_for_function("window.cameBack !== undefined")
        if not page.evaluate("window.cameBack"):
            pytest.skip("this browser keeps no page to come back to")
        page.goto(f"{kinds_url}/bump/")
        wait_for(page, "bump", state="ready", backend="exact")
        choose(page, "bump", "webgl")
        answered(page, "0.5")
        page.goto(f"{kinds_url}/gate/")
        page.go_back(wait_until="commit")
        page.wait_for_function("window.cameBack === true")
        element = figure(page, "bump")
        expect(part(element, "value")).to_have_value("0.5")
        expect(part(element, "reading")).to_have_text(f"0.5\u202fs gives {bump(0.5):.2f}.")
        answered(page, "-1.5")
        expect(element).to_have_attribute("backend", "webgl")


@pytest.mark.slow
def test_back_and_forward_without_it(kinds_url: str, page: Page, watched: Watched) -> None:
    """Browsers put back what stood in fields: the controls and the answer agree. Not in Firefox,
    whose driver never hears of a page that comes back."""
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready")
    answered(page, "0.5")
    page.goto(f"{kinds_url}/")
    page.go_back()
    wait_for(page, "bump", state="ready")
    element = figure(page, "bump")
    value = part(element, "value").input_value()
    expect(part(element, "reading")).to_have_text(f"{value}\u202fs gives {bump(float(value)):.2f}.")
    expect(part(element, "range")).to_have_value(value)
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Home")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_printed(
    scheme: Any, kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready")
    answered(page, "0.5")
    page.emulate_media(media="print")
    element = figure(page, "bump")
    for name in ("reading", "chip-text", "curve-text"):
        expect(part(element, name)).to_be_visible()
    for name in ("reset", "copy", "range"):
        expect(part(element, name)).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Ink on paper, whatever the screen's scheme is.
    ink, paper = page.evaluate(
        """() => {
          const brightness = (color) => color.match(/[\\d.]+/g).slice(0, 3)
            .reduce((sum, part) => sum + Number(part), 0);
          const reading = document.querySelector("[data-part=reading]");
          return [brightness(getComputedStyle(reading).color),
                  brightness(getComputedStyle(reading.closest(".mp-figure")).backgroundColor)];
        }"""
    )
    assert ink < paper
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize(
    "url",
    [
        "bump/",
        *(pytest.param(u, marks=pytest.mark.slow) for u in ("gate/", "opposite/", "flower/")),
    ],
)
def test_four_times_as_large(url: str, kinds_url: str, browser: Browser) -> None:
    with browser.new_context(viewport=ZOOMED, device_scale_factor=4) as context:
        page = context.new_page()
        page.goto(f"{kinds_url}/{url}")
        wait_for(page, url.removesuffix("/"), state="ready")
        all_is_reachable(page)


@pytest.mark.slow
@CLOCKS
@pytest.mark.engines
def test_the_clock_is_wrong(
    years: int, kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    context.add_init_script(other_clock(years))
    patch_worker(context, other_clock(years))
    page.goto(f"{kinds_url}/bump/")
    assert abs(page.evaluate("new Date().getFullYear()") - 2026 - years) <= 20
    wait_for(page, "bump", state="ready", backend="exact")
    expect(part(figure(page, "bump"), "chip")).to_have_attribute("data-tone", "green")
    answered(page, "0.5")


@pytest.mark.slow
@CLOCKS
def test_the_clock_is_wrong_and_a_training_is_taken_home(
    years: int, training_url: str, context: BrowserContext, page: Page
) -> None:
    """Files in a zip have a date, and a zip has none before 1980 or after 2099."""
    context.add_init_script(other_clock(years))
    element = training_opened(page, training_url)
    part(element, "epoch").click()
    settled(element, "paused", 2)
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    for form in ("keras", "tfjs"):
        size = page.evaluate(
            """async (form) => {
              const trainer = await modelpress.trainer("gate");
              return (await trainer.take(form)).bytes.length;
            }""",
            form,
        )
        assert size > 500


@pytest.mark.slow
@pytest.mark.engines
@pytest.mark.parametrize("fault", [NOTHING_KEPT, STORAGE_FULL], ids=["refused", "full"])
def test_nothing_can_be_kept(
    fault: str,
    kinds_url: str,
    context: BrowserContext,
    page: Page,
    page_errors: list[str],
    watched: Watched,
) -> None:
    context.add_init_script(fault)
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready", backend="exact")
    answered(page, "0.5")
    only_the_themes(page_errors)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [NOTHING_KEPT, STORAGE_FULL], ids=["refused", "full"])
def test_a_lesson_where_nothing_can_be_kept(
    fault: str, site_url: str, context: BrowserContext, page: Page, page_errors: list[str]
) -> None:
    context.add_init_script(fault)
    page.goto(f"{site_url}/learn/a-neuron/")
    page.locator("article").evaluate("article => article.scrollIntoView({ block: 'end' })")
    page.goto(f"{site_url}/learn/")
    expect(page.locator(".mp-course li").first).to_be_visible()
    expect(page.locator("[data-part=said]")).to_have_text("")
    page.goto(f"{site_url}/models/color_classifier/")
    wait_for(page, "color_classifier", state="ready", backend="exact")
    only_the_themes(page_errors)


def only_the_themes(errors: list[str]) -> None:
    """Material asks for its storage without a thought: its search and scheme do without."""
    assert [error for error in errors if "The operation is insecure" not in error] == []
    errors.clear()
