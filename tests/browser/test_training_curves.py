"""The curves of a training beside Python's, who computes it, and what becomes of a lost device."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.figures import part
from tests.browser.test_training_page import opened, recorded, set_speed, settings, settled

LINE_STEPS = 50
NO_WEBGL = "OffscreenCanvas.prototype.getContext = () => null;"
# Remembers the worker's context, so that a test can take it away.
HELD = """
const get = OffscreenCanvas.prototype.getContext;
OffscreenCanvas.prototype.getContext = function (kind, ...more) {
  const context = get.call(this, kind, ...more);
  if (context && kind.startsWith("webgl")) self.held = context;
  return context;
};
"""


def patch_training(context: BrowserContext, script: str) -> None:
    """Runs `script` first in every worker that trains."""

    def answer(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=f"{script}\n{response.text()}")

    context.route("**/assets/modelpress/training-*.js", answer)


def path_of(page: Page, name: str) -> list[tuple[float, float]]:
    line = part(page.locator("modelpress-trainer"), name).get_attribute("d") or ""
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", line)]


def assert_same_line(page: Page, own: str, python: str) -> None:
    ours, theirs = path_of(page, own), path_of(page, python)
    assert len(ours) == len(theirs) > 1
    for found, expected in zip(ours, theirs, strict=True):
        assert found == pytest.approx(expected, abs=0.5)  # of a thousand


def test_validation_and_metric_lie_on_pythons(training_url: str, page: Page) -> None:
    element = opened(page, training_url, "alone", f"#line.train=@{LINE_STEPS}")
    settled(element, "finished", LINE_STEPS)
    assert_same_line(page, "curve-validation", "python-validation")
    known = recorded(element)
    assert len(path_of(page, "curve-validation")) == len(known["validation_steps"])
    said = part(element, "validated").inner_text()
    found = re.fullmatch(r"Validation after step 50: loss (\S+) \(Python's (\S+)\)", said)
    assert found is not None
    assert found[1] == found[2]
    assert float(found[1]) == pytest.approx(known["recordings"][0]["validation_loss"][-1], rel=0.01)
    element.get_by_text("As a table").first.click()
    rows = [row.split("\t") for row in part(element, "rows").locator("tr").all_inner_texts()]
    assert (rows[0][0], rows[-1][0], len(rows)) == ("1", str(LINE_STEPS), 11)
    assert all(len(row) == 5 and row[1] == row[2] and row[3] == row[4] != "–" for row in rows)
    part(element, "area").focus()
    page.keyboard.press("End")
    expect(part(element, "reading")).to_have_text(
        re.compile(r"^Step 50: Python \S+, yours \S+; validation: Python (\S+), yours \1$")
    )
    part(element, "reset").click()
    settled(element, "ready", 0)
    assert path_of(page, "curve-validation") == []
    expect(part(element, "validated")).to_have_text(re.compile("^Validation: Python's loss"))

    element = opened(page, training_url, run="#gate.train=@80")
    settled(element, "paused", 80)
    assert_same_line(page, "metric-own", "metric-python")
    expect(part(element, "metric-loss-name")).to_have_text("accuracy")
    part(element, "metric-area").focus()
    page.keyboard.press("Home")
    expect(part(element, "metric-reading")).to_have_text(
        re.compile(r"^Step 1: Python (\d+%), yours \1$")
    )


def test_rows_to_look_at_follow_the_training(training_url: str, page: Page) -> None:
    element = opened(page, training_url, "alone")
    answers = part(element, "probe-rows").locator("td:last-child")
    python, words = answers.all_inner_texts(), part(element, "probe-words").inner_text()
    part(element, "step").click()
    settled(element, "paused", 1)
    expect(part(element, "probe-words")).to_contain_text("after step 1: each number is")
    mine = page.evaluate(
        """async () => {
          const trainer = await modelpress.trainer("line");
          await trainer.step(1);
          const { values } = await trainer.predict([[0], [1], [4]]);
          await trainer.dispose();
          return values;
        }"""
    )
    found = [float(text.replace("\u2212", "-")) for text in answers.all_inner_texts()]
    assert found == pytest.approx(mine, rel=0.01)
    assert answers.all_inner_texts() != python
    part(element, "reset").click()
    settled(element, "ready", 0)
    expect(part(element, "probe-words")).to_have_text(words)
    assert answers.all_inner_texts() == python


def test_the_reader_chooses_who_computes(training_url: str, page: Page) -> None:
    backend = "wasm"  # WebGL is the lost device's
    element = opened(page, training_url)
    settings(element)
    with page.expect_event("worker", lambda worker: "training" in worker.url):
        part(element, "backend").select_option(backend)
        part(element, "epoch").click()
    settled(element, "paused", 2)
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    part(element, "copy").click()
    expect(part(element, "notice")).to_have_text(re.compile("copied|address bar"))
    link = page.url
    assert urlsplit(link).fragment == f"gate.train=backend:{backend}@2"
    page.goto("about:blank")
    page.goto(link)
    settled(element, "paused", 2)
    expect(part(element, "backend")).to_have_value(backend)


def test_a_backend_that_is_not_here_is_said_and_the_cpu_goes_on(
    training_url: str, context: BrowserContext, page: Page
) -> None:
    patch_training(context, NO_WEBGL)
    element = opened(page, training_url, run="#gate.train=backend:webgl@5")
    settled(element, "paused", 5)
    expect(part(element, "notice")).to_have_text(
        re.compile(r'^The backend "webgl" is not available here: .+ computed by the CPU instead\.$')
    )
    expect(part(element, "backend")).to_have_value("auto")
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")


def test_a_lost_device_is_said_and_the_run_goes_on_elsewhere(
    training_url: str, context: BrowserContext, page: Page
) -> None:
    patch_training(context, HELD)
    element = opened(page, training_url)
    settings(element)
    part(element, "backend").select_option("webgl")
    with page.expect_event("worker", lambda worker: "training" in worker.url) as used:
        part(element, "step").click()
    settled(element, "paused", 1)
    used.value.evaluate("self.held.getExtension('WEBGL_lose_context').loseContext()")
    set_speed(element, "7")
    part(element, "play").click()
    settled(element, "finished", 120)
    expect(part(element, "notice")).to_have_text(
        re.compile(r"^WebGL was lost while it trained: .+ The CPU has repeated its 1 step and goes")
    )
    expect(part(element, "backend")).to_have_value("auto")
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    assert len(path_of(page, "metric-own")) == 120
    assert [worker for worker in page.workers if worker == used.value] == []


def test_two_trainings_of_a_model_keep_apart(training_url: str, page: Page) -> None:
    page.goto(f"{training_url}/twice/#line.train-2=sgd,rate:0.05@3&line.train=@2")
    one, other = (page.locator("modelpress-trainer").nth(i) for i in range(2))
    settled(one, "paused", 2)
    settled(other, "paused", 3)
    expect(part(one, "rate")).to_have_value("0.1")
    expect(part(other, "rate")).to_have_value("0.05")
    part(other, "step").click()
    settled(other, "paused", 4)
    part(other, "copy").click()
    expect(part(other, "notice")).to_have_text(re.compile("copied|address bar"))
    assert urlsplit(page.url).fragment == "line.train-2=rate:0.05@4&line.train=@2"
    settled(one, "paused", 2)
