"""A backend that turns wrong after it was proven: what the reader sees, and for how long."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from modelpress.node.bundle import assets_root
from modelpress.site.fences.figure import CHECKED_EVERY
from tests.browser.bare_page import open_bare, patch_worker
from tests.browser.breaking import (
    SLOW_EXACT_ENGINE,
    WASM_MEMORY_ALTERED,
    WEBGL_TEXTURES_OVERWRITTEN,
    WEBGPU_TURNS_WRONG,
    turns_wrong,
)
from tests.browser.figures import choose, figure, part, record, seen, wait_for
from tests.browser.watching import Watched, answered, bump, kinds_watch

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "exact": "Exact engine",
    "cpu": "CPU",
    "wasm": "WASM",
    "webgl": "WebGL",
    "webgpu": "WebGPU",
}
LISTEN = """
window.said = [];
window.breaking = new BroadcastChannel("break");
breaking.onmessage = ({ data }) => said.push(data);
"""
# Frame by frame as a reader drags, from one number to another; resolves when the last is answered.
DRAG = """async ([from, to, inputs]) => {
  const field = document.querySelector('[data-part="value"]');
  for (let i = 0; i < inputs; i += 1) {
    field.value = (from + ((to - from) * i) / (inputs - 1)).toFixed(3);
    const shown = new Promise((go) => {
      for (const told of ["result", "error"]) {
        document.addEventListener(`modelpress:${told}`, go, { once: true });
      }
    });
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await shown;
  }
}"""


@pytest.fixture
def shown(context: BrowserContext, kinds_project: Path) -> Watched:
    """What the figures show, of which some may be wrong."""
    watched = kinds_watch(kinds_project / "site")
    watched.start(context)
    context.add_init_script(LISTEN)
    record(context)
    return watched


def say(page: Page, word: str, answer: str) -> None:
    page.evaluate("word => { said.length = 0; breaking.postMessage(word); }", word)
    page.wait_for_function("said.length > 0")
    assert page.evaluate("said") == [answer]


def on(page: Page, url: str, backend: str) -> None:
    """The page of `bump`, whose figure answers by `backend`."""
    page.goto(f"{url}/bump/")
    wait_for(page, "bump", state="ready", backend="exact")
    if backend != "exact":
        choose(page, "bump", backend)
    answered(page, "0.5")


def assert_withdrawn(page: Page, backend: str, instead: str = "exact") -> None:
    element = figure(page, "bump")
    wait_for(page, "bump", state="ready", backend=instead)
    expect(part(element, "chip")).to_have_attribute("data-tone", "red")
    expect(part(element, "chip-text")).to_have_text(
        re.compile(rf"^{NAMES[backend]} withdrawn · {NAMES[instead]} · .* equals Python")
    )
    expect(part(element, "refusal")).to_contain_text(
        re.compile(rf'"{backend}" was withdrawn: .*{NAMES[instead]} computes instead\.$')
    )


def wrongs(page: Page) -> int:
    """How many wrong predictions the page has shown; they may be wrong in the fourth digit."""
    results = [found["detail"] for found in seen(page, "bump", "result")]
    assert results
    return sum(not close(found["output"][0], bump(found["input"][0])) for found in results)


def close(found: float | None, expected: float) -> bool:
    return found is not None and abs(found - expected) < 1e-4


FAULTS = {
    "webgl": turns_wrong("webgl"),
    "wasm": turns_wrong("wasm"),
    "webgpu": WEBGPU_TURNS_WRONG,
    "nan": turns_wrong("webgl", "NaN"),
    "far": turns_wrong("webgl", "-value"),
    "memory": WASM_MEMORY_ALTERED,
    "unrepeated": turns_wrong("wasm"),
}


@pytest.mark.parametrize(
    "fault",
    [
        "webgl",
        "wasm",
        "webgpu",
        "memory",
        "unrepeated",
        pytest.param("nan", marks=pytest.mark.slow),
        pytest.param("far", marks=pytest.mark.slow),
    ],
)
def test_a_backend_turns_wrong(
    fault: str, kinds_url: str, context: BrowserContext, page: Page, shown: Watched
) -> None:
    """While the reader drags: no wrong prediction is shown where the exact engine repeats them,
    else fewer than the canary lets pass. The page says so, and what it shows in the end is
    Python's."""
    backend = {"memory": "wasm", "unrepeated": "wasm", "nan": "webgl", "far": "webgl"}.get(
        fault, fault
    )
    patch_worker(context, FAULTS[fault])
    if fault == "unrepeated":
        context.add_init_script(SLOW_EXACT_ENGINE)
        page.goto(f"{kinds_url}/bump/")
        wait_for(page, "bump", state="ready", backend="wasm")  # automatic mode measures
        answered(page, "0.5")
    else:
        on(page, kinds_url, backend)
    assert wrongs(page) == 0
    say(page, "wrong", "armed")
    page.evaluate(DRAG, [-1, 1, 2 * CHECKED_EVERY])
    assert_withdrawn(page, backend, "exact")
    assert wrongs(page) < (CHECKED_EVERY if fault == "unrepeated" else 1)
    before = wrongs(page)
    answered(page, "-0.5")
    page.evaluate(DRAG, [1, 2, 2 * CHECKED_EVERY])
    assert wrongs(page) == before
    expect(part(figure(page, "bump"), "reading")).to_have_text(re.compile("^2.* gives"))


def test_the_exact_engine_is_off_by_less_than_the_tolerance(
    kinds_url: str, context: BrowserContext, page: Page, shown: Watched
) -> None:
    """A millionth, where a hundred thousandth is allowed to others: it has to be right to the last
    bit."""
    context.add_init_script(
        "const { abs } = Math; window.off = 0; Math.abs = (x) => abs(x) * (1 + window.off);"
    )
    on(page, kinds_url, "exact")
    assert wrongs(page) == 0
    page.evaluate("window.off = 1e-6")
    page.evaluate(DRAG, [-1, 1, 2 * CHECKED_EVERY])
    assert_withdrawn(page, "exact", "cpu")
    expect(part(figure(page, "bump"), "refusal")).to_contain_text("the tolerance is 0")


@pytest.mark.engines
@pytest.mark.parametrize("how", ["after a moment", "hidden", "context"])
def test_what_is_on_the_page_is_corrected(
    how: str, kinds_url: str, context: BrowserContext, page: Page, shown: Watched
) -> None:
    """By another input, after the tab was hidden, or after a context was lost anywhere on the page:
    nothing wrong is shown at all."""
    patch_worker(context, turns_wrong("webgl", "-value"))
    on(page, kinds_url, "webgl")
    say(page, "wrong", "armed")
    if how == "hidden":
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    if how == "context":
        page.evaluate(
            """() => new Promise((lost) => {
              const canvas = document.body.appendChild(document.createElement("canvas"));
              canvas.addEventListener("webglcontextlost", lost);
              canvas.getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
            })"""
        )
    page.evaluate(DRAG, [1, 1.5, 2])
    assert_withdrawn(page, "webgl")
    assert wrongs(page) == 0
    reading = part(figure(page, "bump"), "reading").inner_text()
    answered(page, "1.5")
    assert part(figure(page, "bump"), "reading").inner_text() == reading


def test_a_kernel_that_is_wrong_for_some_inputs_only(
    kinds_url: str, context: BrowserContext, page: Page, shown: Watched
) -> None:
    """No golden case needs to have met it: the exact engine repeats the reader's own input."""
    patch_worker(context, turns_wrong("webgl", "-value", "x > 2.2 && x < 2.4"))
    on(page, kinds_url, "webgl")
    say(page, "wrong", "armed")
    answered(page, "2.5")
    assert figure(page, "bump").get_attribute("backend") == "webgl"
    page.evaluate(DRAG, [2.3, 2.3, 2])
    assert_withdrawn(page, "webgl")
    assert wrongs(page) == 0


def test_a_withdrawn_backend_needs_a_fresh_proof(
    kinds_url: str, context: BrowserContext, page: Page, shown: Watched
) -> None:
    """Nothing takes it again but the reader, and then each of its predictions is checked first."""
    patch_worker(context, turns_wrong("webgl", "-value"))
    on(page, kinds_url, "webgl")
    say(page, "wrong", "armed")
    page.evaluate(DRAG, [1, 2, 2])
    assert_withdrawn(page, "webgl")
    choose(page, "bump", "auto")
    answered(page, "0.25")
    assert_withdrawn(page, "webgl")
    loaded = "async () => (await modelpress.load('bump')).backend"
    assert page.evaluate(loaded) == "exact"
    choose(page, "bump", "webgl")
    expect(part(figure(page, "bump"), "chip")).to_have_attribute("data-tone", "green")
    answered(page, "0.75")
    before = wrongs(page)
    say(page, "wrong", "armed")
    page.evaluate(DRAG, [1, 2, 3])
    assert_withdrawn(page, "webgl")
    assert wrongs(page) == before


@pytest.mark.engines
def test_the_cpu_turns_wrong(
    kinds_url: str, context: BrowserContext, page: Page, shown: Watched
) -> None:
    """It is the page's reference: no backend is believed any more, and no prediction is shown."""
    context.add_init_script(turns_wrong("cpu", "-value"))
    on(page, kinds_url, "cpu")
    page.evaluate("window.loaded = modelpress.load('bump', { backend: 'wasm' })")
    say(page, "wrong", "armed")
    page.evaluate(DRAG, [1, 2, 2])
    wait_for(page, "bump", state="error")
    element = figure(page, "bump")
    expect(part(element, "chip")).to_have_attribute("data-tone", "red")
    expect(part(element, "chip-text")).to_have_text("Withdrawn · no prediction")
    expect(part(element, "reading")).to_have_text(re.compile("^No prediction: "))
    expect(element.locator(".mp-picture-out")).to_be_hidden()
    expect(part(element, "error")).to_contain_text('"cpu" was withdrawn')
    expect(element.get_by_role("button", name="Load the page again")).to_be_visible()
    for call in (
        "(await loaded).predict(1)",
        "modelpress.load('bump')",
        "modelpress.inside('bump')",
    ):
        message = page.evaluate(
            f"async () => {{ try {{ await {call} }} catch (e) {{ return e.message }} }}"
        )
        assert '"cpu" was withdrawn' in message, call


PREDICTING = """async ([slug, options, inputs]) => {
  const events = [];
  document.addEventListener("modelpress:withdrawn", ({ detail }) => events.push(detail));
  const model = await modelpress.load(slug, options);
  const before = model.backend;
  const armed = new Promise((go) => { breaking.addEventListener("message", go, { once: true }); });
  breaking.postMessage("wrong");
  await armed;
  const answers = [];
  let error = null;
  for (const input of inputs) {
    try { answers.push((await model.predict(input)).values); } catch (e) { error = e; break; }
  }
  const verified = await model.verify().catch(({ message }) => message);
  return { answers, before, after: error ? null : model.backend, events, verified,
    error: error && { message: error.message, name: error.name, maxDiff: error.maxDiff } };
}"""


@pytest.mark.parametrize("format_", ["graph", "layers"])
def test_predictions_of_the_interface(
    format_: str, kinds_url: str, context: BrowserContext, page: Page
) -> None:
    """A backend that was asked for by name rejects; otherwise the next one computes."""
    patch_worker(context, turns_wrong("wasm", "-value"))
    context.add_init_script(LISTEN + SLOW_EXACT_ENGINE)
    open_bare(page, kinds_url)
    inputs = [i / 100 for i in range(2 * CHECKED_EVERY)]
    if format_ == "graph":
        found = page.evaluate(PREDICTING, ["bump", {}, inputs])
        assert (found["before"], found["after"]) == ("wasm", "exact")
        assert len(found["answers"]) == len(inputs)
        assert found["verified"]["backend"] == "exact"
    else:
        options = {"backend": "wasm", "format": "layers"}
        found = page.evaluate(PREDICTING, ["bump", options, inputs])
        assert found["error"]["name"] == "BackendRefused"
        assert '"wasm" was withdrawn' in found["error"]["message"] == found["verified"]
        assert found["error"]["maxDiff"] > 1e-5
        assert len(found["answers"]) < CHECKED_EVERY
    pairs = zip(inputs, found["answers"], strict=False)
    wrong = sum(not close(values[0], bump(x)) for x, values in pairs)
    assert wrong < CHECKED_EVERY
    (event,) = found["events"]
    assert event["title"] == "A bump"
    assert event["predictions"] <= CHECKED_EVERY
    assert event["backend"] in event["message"]


def test_a_weight_in_a_texture_is_overwritten(
    kinds_url: str, context: BrowserContext, page: Page
) -> None:
    patch_worker(context, WEBGL_TEXTURES_OVERWRITTEN)
    context.add_init_script(LISTEN)
    open_bare(page, kinds_url)
    inputs = [[i, 100, 200] for i in range(2 * CHECKED_EVERY)]
    found = page.evaluate(PREDICTING, ["opposite", {"backend": "webgl"}, inputs])
    assert '"webgl" was withdrawn' in found["error"]["message"]
    for given, values in zip(inputs, found["answers"], strict=False):
        assert values == pytest.approx([280 - 1.2 * x for x in given], abs=1e-3)


# What the page sends to its workers to compute, in order.
SENT = """
window.sent = [];
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (message, ...others) {
  if (message.request?.call === "run") sent.push(Array.from(message.request.values));
  return postMessage.call(this, message, ...others);
};
"""


def test_golden_cases_stand_in_the_readers_own_queue(
    kinds_url: str, kinds_project: Path, context: BrowserContext, page: Page, watched: Watched
) -> None:
    """At most so many of the reader's inputs lie between two of them, few of them lie in between,
    and no prediction is shown beside another input."""
    context.add_init_script(SENT)
    record(context)
    on(page, kinds_url, "webgl")
    page.evaluate("sent.length = 0; seen.length = 0")
    begun = time.monotonic()
    page.evaluate(DRAG, [-1.0005, 1.9995, 10 * CHECKED_EVERY])
    took = time.monotonic() - begun
    sent = [values[0] for values in page.evaluate("sent") if len(values) == 1]
    results = seen(page, "bump", "result")
    assert len(results) == 10 * CHECKED_EVERY
    assert all(float(each["detail"]["text"]) == float(each["shown"]) for each in results)
    (path,) = (kinds_project / "site/models/bump").glob("*/golden.json")
    golden = {np.float32(values[0]) for values in json.loads(path.read_text())["inputs"]}
    places = [i for i, value in enumerate(sent) if np.float32(value) in golden]
    assert max(np.diff([-1, *places, len(sent)])) <= CHECKED_EVERY + 1
    assert 10 <= len(places) <= 11 + took  # one a second more, by the clock


def test_two_figures_leave_a_backend_together(
    kinds_url: str, context: BrowserContext, page: Page
) -> None:
    """A golden case of one model withdraws the backend from the others on the page."""
    patch_worker(context, turns_wrong("webgl", "-value"))
    context.add_init_script(LISTEN)
    record(context)
    page.goto(f"{kinds_url}/both/")
    for slug in ("gate", "bump"):
        wait_for(page, slug, state="ready")
        choose(page, slug, "webgl")
    answered(page, "0.5")
    say(page, "wrong", "armed")
    page.evaluate(DRAG, [1, 2, 2])
    for slug in ("bump", "gate"):
        wait_for(page, slug, state="ready", backend="exact")
        expect(part(figure(page, slug), "chip-text")).to_contain_text("WebGL withdrawn")
        assert seen(page, slug, "result")[-1]["detail"]["backend"] == "exact"


def test_the_script_of_the_golden_cases_does_not_come(
    kinds_url: str, page: Page, shown: Watched
) -> None:
    """Without it no prediction is believed for long."""
    page.route("**/assets/modelpress/canary-*.js", lambda route: route.abort())
    page.goto(f"{kinds_url}/bump/")
    wait_for(page, "bump", state="error")
    element = figure(page, "bump")
    expect(part(element, "error")).to_contain_text("One of the page's scripts could not be loaded")
    expect(part(element, "reading")).to_have_text(f"1\u202fs gives {bump(1):.2f}.")
    page.unroute("**/assets/modelpress/canary-*.js")
    part(element, "error").get_by_role("button", name="Load the page again").click()
    wait_for(page, "bump", state="ready")


@pytest.mark.slow
def test_an_earlier_epoch_is_watched_too(
    training_url: str, context: BrowserContext, page: Page
) -> None:
    context.add_init_script(LISTEN + turns_wrong("cpu", "value + 0.5"))
    page.goto(f"{training_url}/epochs/")
    slider = page.locator("modelpress-epochs")
    wait_for(page, "gate", state="ready")
    part(slider, "number").fill("1")
    part(slider, "number").press("Enter")
    expect(slider).to_have_attribute("state", "ready")
    say(page, "wrong", "armed")
    element = figure(page, "gate")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wait_for(page, "gate", state="error")
    expect(part(element, "reading")).to_have_text(re.compile("^No prediction: "))


def test_the_chip_says_when_it_was_checked(
    kinds_url: str, context: BrowserContext, page: Page, watched: Watched
) -> None:
    on(page, kinds_url, "webgl")
    element = figure(page, "bump")
    part(element, "chip").locator("summary").click()
    line = part(element, "checked")
    said = r"WebGL last gave Python's values for a golden case (just now|\d+ s ago), {} since\."
    expect(line).to_have_text(re.compile(said.format("no prediction")))
    expect(line).to_contain_text(" s ago")
    page.evaluate(f"void ({DRAG})([1, 2, 600])")  # meanwhile
    expect(line).to_have_text(re.compile(said.format(r"[1-9]\d* predictions?")))


def test_the_numbers_of_the_pages_are_the_codes() -> None:
    code = (assets_root() / "src/runtime/canary.ts").read_text()
    numbers = {
        name: float(value)
        for name, value in re.findall(r"^(?:export )?const ([A-Z_]+) = ([\d.]+);", code, re.M)
    }
    assert numbers["EVERY"] == CHECKED_EVERY
    text = " ".join((ROOT / "docs/reference/faults.md").read_text().split())
    for words in (
        f"at most {CHECKED_EVERY - 1} predictions of a model",
        f"Every {CHECKED_EVERY}nd prediction waits",
        f"after {CHECKED_EVERY} predictions in batches",
        f"for a model of 73 cases after {73 * CHECKED_EVERY:,} predictions",
        f"within {numbers['WITHIN_MS'] / 1000:g} second",
        f"{numbers['SHARE']:.0%} of the time",
        f"{numbers['REST_MS'] / 1000:g} seconds of computing",
    ):
        assert words in text, words
