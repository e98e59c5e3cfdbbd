"""Faults of the device that computes, rows of docs/reference/faults.md: what the reader sees."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.bare_page import patch_worker
from tests.browser.breaking import (
    FULL_DEVICE,
    HALF_PRECISION,
    LOSES_ITS_CONTEXT,
    NO_ARRAYS,
    NO_WEBGL,
    WRONG_SHADERS,
)
from tests.browser.figures import ask_for, choose, figure, part, wait_for
from tests.browser.test_training_curves import patch_training
from tests.browser.test_training_page import opened, set_speed, settings, settled
from tests.browser.watching import Watched, answered

ON_THE_PAGE = "delete globalThis.OffscreenCanvas;"  # so that WebGL runs on the page's own thread
# What the broken worker says is kept, and it can be told what to do.
LISTEN = """
window.said = [];
window.breaking = new BroadcastChannel("break");
breaking.onmessage = ({ data }) => said.push(data);
"""


def told(element: Locator, backend: str, words: str) -> None:
    """The chip says who answers, and its table why another one does not."""
    expect(part(element, "chip-text")).to_have_text(re.compile(rf"{backend} · .*equals Python"))
    expect(part(element, "tried")).to_contain_text(words, timeout=60_000)


@pytest.mark.engines
def test_there_is_no_webgl(
    kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    context.add_init_script(NO_WEBGL)
    patch_worker(context, NO_WEBGL)
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready", backend="exact")
    element = figure(page, "bump")
    answered(page, "-0.5")
    ask_for(element, "webgl")
    expect(part(element, "refusal")).to_contain_text("Exact engine answers instead.")
    told(element, "^Exact engine", "this browser or device offers no WebGL")
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")


@pytest.mark.engines
@pytest.mark.parametrize("place", ["worker", pytest.param("page", marks=pytest.mark.slow)])
def test_the_context_is_lost_in_mid_prediction(
    place: str, kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    context.add_init_script(LISTEN)
    patch_worker(context, LOSES_ITS_CONTEXT if place == "worker" else ON_THE_PAGE)
    if place == "page":
        context.add_init_script(LOSES_ITS_CONTEXT)
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready")
    choose(page, "bump", "webgl")
    page.evaluate("breaking.postMessage('lose')")
    answered(page, "0.5")
    wait_for(page, "bump", state="ready", backend="exact")
    assert "lost" in page.evaluate("said")
    element = figure(page, "bump")
    told(element, "^Exact engine", "the graphics context was lost")
    # Restored, it is not trusted: a new one proves itself when the reader asks for it.
    page.evaluate("breaking.postMessage('restore')")
    answered(page, "-1.5")
    assert element.get_attribute("backend") == "exact"
    choose(page, "bump", "webgl")
    expect(part(element, "chip-text")).to_have_text(re.compile("^WebGL · .* equals Python"))
    answered(page, "2.5")


@pytest.mark.slow
@pytest.mark.engines
def test_the_context_is_lost_in_mid_training(
    training_url: str, context: BrowserContext, page: Page
) -> None:
    context.add_init_script(LISTEN)
    patch_training(context, LOSES_ITS_CONTEXT)
    element = opened(page, training_url)
    settings(element)
    part(element, "backend").select_option("webgl")
    part(element, "step").click()
    settled(element, "paused", 1)
    page.evaluate("breaking.postMessage('lose')")
    set_speed(element, "7")
    part(element, "play").click()
    settled(element, "finished", 120)
    assert "lost" in page.evaluate("said")
    expect(part(element, "notice")).to_have_text(
        re.compile(r"^WebGL was lost while it trained: .+ The CPU has repeated its \d+ step")
    )
    # All of it is Python's run, what came before the loss included.
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    expect(part(element, "chip-text")).to_contain_text("Step 120: loss equals Python's")
    page.evaluate("breaking.postMessage('restore')")
    part(element, "backend").select_option("webgl")
    part(element, "step").click()
    settled(element, "paused", 1)
    expect(part(element, "backend")).to_have_value("webgl")
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(HALF_PRECISION, id="half", marks=pytest.mark.slow),
        pytest.param(WRONG_SHADERS, id="kernel"),
    ],
)
@pytest.mark.engines
def test_the_gpu_is_wrong(
    fault: str, kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    """It computes in half precision, or a kernel of it is a thousandth off."""
    patch_worker(context, fault)
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready", backend="exact")
    element = figure(page, "bump")
    ask_for(element, "webgl")
    expect(part(element, "chip-text")).to_have_text(
        re.compile(r"^WebGL refused · Exact engine · .* equals Python"), timeout=60_000
    )
    expect(part(element, "chip")).to_have_attribute("data-tone", "red")
    expect(part(element, "refusal")).to_contain_text("its answers differ from Python's")
    assert element.get_attribute("backend") == "exact"
    answered(page, "-2.5")


@pytest.mark.slow
@pytest.mark.engines
def test_the_gpu_has_no_memory_from_the_start(
    kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    patch_worker(context, f"self.fullFromTheStart = true; {FULL_DEVICE}")
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready", backend="exact")
    ask_for(figure(page, "bump"), "webgl")
    told(figure(page, "bump"), "^Exact engine", "ran out of memory")
    answered(page, "0.5")


@pytest.mark.engines
@pytest.mark.parametrize("place", ["worker", pytest.param("page", marks=pytest.mark.slow)])
def test_the_gpu_runs_out_of_memory(
    place: str, kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    """After it has proven itself: a larger batch finds no room, and what it gives is not used."""
    context.add_init_script(LISTEN)
    patch_worker(context, FULL_DEVICE if place == "worker" else ON_THE_PAGE)
    if place == "page":
        context.add_init_script(FULL_DEVICE)
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="ready")
    choose(page, "bump", "webgl")
    page.evaluate("breaking.postMessage('full')")
    said = page.evaluate(
        """async () => {
          try {
            const model = await modelpress.load("bump", { backend: "webgl" });
            await model.predict(Array.from({ length: 3000 }, (_, i) => -3 + i / 500));
          } catch ({ message }) { return message; }
        }"""
    )
    assert "refused" in page.evaluate("said")
    assert "ran out of memory" in said
    answered(page, "0.5")
    wait_for(page, "bump", state="ready", backend="exact")
    told(figure(page, "bump"), "^Exact engine", "ran out of memory")


@pytest.mark.engines
def test_the_tab_has_no_memory(
    kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    """No array of more than a hundred numbers: the curve does not fit, and the figure says so."""
    context.add_init_script(NO_WEBGL)
    patch_worker(context, NO_WEBGL)
    context.add_init_script(f"{NO_ARRAYS}; self.modelpressMost = 100;")
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="error")
    element = figure(page, "bump")
    expect(part(element, "error")).to_contain_text("This device has no memory left for it")
    expect(part(element, "error")).to_contain_text("What you see is Python's prediction")
    page.evaluate("self.modelpressMost = Infinity")
    part(element, "error").get_by_role("button", name="Try again").click()
    wait_for(page, "bump", state="ready", backend="exact")
    answered(page, "0.5")
