"""The `train` figure as a reader uses it, on a site of its own: Python's run, repeated here."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from modelpress.site.html_json import html_json
from tests.browser.figures import figure, part, violations_in_both_schemes, wait_for

PHONE: ViewportSize = {"width": 320, "height": 844}
RECORDED = 80  # steps of the gate's recordings
TOTAL = 120  # steps of its whole training
FASTEST = "7"
STEPS = """
window.steps = [];
document.addEventListener("modelpress-step", ({ detail }) => steps.push(detail));
"""


def opened(page: Page, training_url: str, name: str = "gate", run: str = "") -> Locator:
    """The training of a page, come to life."""
    page.goto(f"{training_url}/{name}/{run}")
    element = page.locator("modelpress-trainer")
    expect(part(element, "play")).to_be_enabled()
    return element


def settled(element: Locator, state: str, step: int | None = None) -> None:
    expect(element).to_have_attribute("state", state)
    if step is not None:
        expect(element).to_have_attribute("step", str(step))


def set_speed(element: Locator, speed: str) -> None:
    part(element, "speed").fill(speed)


def settings(element: Locator) -> None:
    part(element, "settings").locator("summary").click()


def recorded(element: Locator) -> Any:
    return json.loads(str(part(element, "recorded").get_attribute("value")))


def lines(page: Page) -> list[str]:
    found: list[str] = page.locator("modelpress-trainer svg path").evaluate_all(
        "paths => paths.map((path) => path.getAttribute('d'))"
    )
    return found


def test_without_scripts_the_curve_and_a_sentence_stay(training_url: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{training_url}/gate/")
        element = page.locator("modelpress-trainer")
        expect(element).to_have_attribute("state", "idle")
        expect(part(element, "python")).to_be_visible()
        expect(part(element, "reading")).to_have_text(
            re.compile(r"^Python's loss goes from \S+ to")
        )
        expect(element.locator(".mp-noscript")).to_be_visible()
        expect(part(element, "play")).to_be_hidden()
        element.get_by_text("As a table").first.click()
        expect(part(element, "rows").locator("tr")).to_have_count(11)


@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_moves_when_the_training_comes_to_life(
    width: int, training_url: str, browser: Browser
) -> None:
    found: list[Any] = []
    for alive in (False, True):
        with browser.new_context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            if not alive:
                page.route("**/trainer-*.js", lambda route: None)  # it is still under way
            page.goto(f"{training_url}/alone/")
            page.wait_for_load_state("load")
            page.evaluate("document.fonts.ready.then(() => true)")
            if alive:
                expect(part(page.locator("modelpress-trainer"), "play")).to_be_enabled()
            boxes = page.evaluate(
                """() => [...document.querySelectorAll("modelpress-trainer *")]
                  .filter((element) => element.offsetParent && element.className !== "mp-rule")
                  .map(({ tagName, offsetTop, offsetLeft, offsetWidth, offsetHeight }) =>
                    [tagName, offsetTop, offsetLeft, offsetWidth, offsetHeight])"""
            )
            assert part(page.locator("modelpress-trainer"), "play").is_enabled() == alive
            found.append((boxes, lines(page)))
    assert len(found[0][0]) > 50
    assert found[0] == found[1]


@pytest.mark.engines
def test_what_trains_is_fetched_when_a_step_is_wanted(
    training_url: str, context: BrowserContext, page: Page
) -> None:
    context.add_init_script(STEPS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    element = opened(page, training_url)
    wait_for(page, "gate", state="ready")
    assert not [path for path in asked if "/live/" in path or "training" in path]
    settled(element, "idle", 0)
    part(element, "step").click()
    settled(element, "paused", 1)
    assert len([path for path in asked if path.endswith(("live.json", "live.bin"))]) == 2
    expect(part(element, "state")).to_have_text(
        re.compile(r"^Step 1 of 120 · epoch 1 of 60 · loss \S+ · accuracy \S+% in this batch$")
    )
    part(element, "epoch").click()
    settled(element, "paused", 2)
    part(element, "epoch").click()
    settled(element, "paused", 4)
    events = page.evaluate("steps")
    assert [event["step"] for event in events][:2] == [1, 2]
    assert events[-1]["epoch"] == 2
    assert events[0]["loss"] == pytest.approx(recorded(element)["recordings"][0]["losses"][0])


def test_the_run_is_pythons_with_every_optimizer(
    training_url: str, context: BrowserContext, page: Page
) -> None:
    context.add_init_script(STEPS)
    element = opened(page, training_url)
    known = recorded(element)
    settings(element)
    set_speed(element, FASTEST)
    for optimizer in ("adam", "sgd", "momentum", "rmsprop"):
        part(element, "optimizer").select_option(optimizer)
        expect(element).to_have_attribute("step", "0")
        page.evaluate("steps.length = 0")
        part(element, "play").click()
        settled(element, "finished", TOTAL)
        expect(part(element, "chip")).to_have_attribute("data-tone", "green")
        expect(part(element, "chip-text")).to_have_text(
            re.compile(
                rf"^Step 120: loss equals Python's (within \S+|exactly) over the {RECORDED} rec"
            )
        )
        python = next(r for r in known["recordings"] if r["optimizer"] == optimizer)["losses"]
        assert len(python) == RECORDED
        found = {event["step"]: event["loss"] for event in page.evaluate("steps")}
        assert found
        for step in set(found) & {*range(1, RECORDED + 1)}:
            assert found[step] == pytest.approx(python[step - 1], abs=known["tolerance"]["cpu"])


def test_all_recordings_are_checked_here_on_demand(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    element.locator(".mp-chip summary").click()
    part(element, "prove").click()
    cells = part(element, "tried").locator("td:last-child")
    expect(cells.first).to_contain_text("✓")
    assert [re.sub(r"[\d.]+(e-\d+)?", "#", text) for text in cells.all_inner_texts()] == [
        "✓ loss #, weights #, # steps"
    ] * 4
    settled(element, "ready", 0)


def test_a_difference_past_the_tolerance_is_red_and_said(training_url: str, page: Page) -> None:
    def otherwise(route: Any) -> None:
        """Another loss at the second step than the one Python had."""
        answer = route.fetch()
        data = re.search(r"data-part=.recorded. value='(.*?)'>", answer.text())
        assert data is not None
        known = json.loads(data[1])
        known["recordings"][0]["losses"][1] += 0.01
        route.fulfill(response=answer, body=answer.text().replace(data[1], html_json(known)))

    page.route("**/gate/", otherwise)
    element = opened(page, training_url)
    part(element, "epoch").click()
    settled(element, "paused", 2)
    expect(part(element, "chip")).to_have_attribute("data-tone", "red")
    expect(part(element, "chip-text")).to_have_text("Step 2: loss differs from Python's by 0.0100")
    expect(part(element, "refusal")).to_contain_text("more than the 1e-4 allowed")


def test_own_settings_are_compared_with_nothing_and_undone_by_back(
    training_url: str, page: Page
) -> None:
    element = opened(page, training_url)
    settings(element)
    part(element, "rate").fill("0.5")
    part(element, "rate").press("Enter")
    part(element, "batch").select_option("1")
    part(element, "dice").click()
    seed = part(element, "seed").input_value()
    part(element, "hidden").fill("5, 3")
    part(element, "hidden").press("Enter")
    expect(part(element, "chip-text")).to_have_text("Your own settings: nothing to compare with")
    part(element, "epoch").click()
    settled(element, "paused", 4)  # four batches of one row
    part(element, "back").click()
    expect(part(element, "rate")).to_have_value("0.2")
    expect(part(element, "start")).to_have_value("python")
    settled(element, "idle", 0)
    assert urlsplit(page.url).fragment == ""
    page.go_back()
    settled(element, "paused", 4)
    assert urlsplit(page.url).fragment == f"gate.train=rate:0.5,batch:1,seed:{seed},hidden:5x3@4"
    expect(part(element, "rate")).to_have_value("0.5")
    expect(part(element, "batch")).to_have_value("1")
    expect(part(element, "start")).to_have_value("random")
    expect(part(element, "hidden")).to_have_value("5, 3")
    page.go_forward()
    expect(part(element, "rate")).to_have_value("0.2")
    settled(element, "idle", 0)


@pytest.mark.engines
def test_a_link_brings_the_run_back(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    settings(element)
    part(element, "optimizer").select_option("sgd")
    part(element, "loss").select_option("binary_crossentropy")
    expect(part(element, "loss-name")).to_have_text("binary cross-entropy")
    for _ in range(3):
        part(element, "step").click()
    settled(element, "paused", 3)
    part(element, "copy").click()
    expect(part(element, "notice")).to_have_text(re.compile("copied|address bar"))
    link, state = page.url, part(element, "state").inner_text()
    assert urlsplit(link).fragment == "gate.train=sgd,loss:binary_crossentropy@3"
    page.goto("about:blank")
    page.goto(link)
    settled(element, "paused", 3)
    expect(part(element, "state")).to_have_text(state)
    expect(part(element, "optimizer")).to_have_value("sgd")
    expect(part(element, "notice")).to_have_text("")


def test_a_link_to_a_heading_leaves_the_run_alone(training_url: str, page: Page) -> None:
    element = opened(page, training_url, run="#gate.train=sgd@3")
    settled(element, "paused", 3)
    page.evaluate("location.hash = '#inside'")
    part(element, "step").click()
    settled(element, "paused", 4)
    expect(part(element, "optimizer")).to_have_value("sgd")


def test_a_wild_link_is_said_and_replaced(training_url: str, page: Page) -> None:
    """Which words are said of which link: site_assets/test/links.test.mjs."""
    element = opened(page, training_url, run="#gate.train=hidden:0x9999,colour:red@2")
    expect(part(element, "notice")).to_have_text(
        "The link asks for what there is not: hidden “0x9999” (8 instead); “colour” (left out)."
    )
    settled(element, "paused", 2)


@pytest.mark.engines
def test_figures_answer_with_the_training_until_it_is_reset(training_url: str, page: Page) -> None:
    element, model = opened(page, training_url), figure(page, "gate")
    wait_for(page, "gate", state="ready")
    published = part(model, "reading").inner_text()
    expect(part(element, "publish")).to_have_attribute("aria-disabled", "true")
    part(element, "step").click()
    settled(element, "paused", 1)
    expect(model).to_have_attribute("training", "1")
    expect(part(model, "chip-text")).to_have_text("Your training, step 1 · not the published model")
    expect(part(model, "reading")).not_to_have_text(published)
    mine = part(model, "reading").inner_text()
    expect(part(element, "answers")).to_contain_text("your training, step 1")
    expect(part(page.locator("modelpress-layers"), "notice")).to_contain_text("published model")
    part(element, "publish").click()
    expect(part(model, "reading")).to_have_text(published)
    expect(model).not_to_have_attribute("training", "1")
    part(element, "publish").click()
    expect(part(model, "reading")).to_have_text(mine)
    part(element, "reset").click()
    settled(element, "ready", 0)
    expect(part(model, "reading")).to_have_text(published)
    expect(part(model, "chip-text")).to_contain_text("equals Python")


def test_figures_follow_at_every_slice(training_url: str, page: Page) -> None:
    """The last answer shown is the last step's, however fast it goes."""
    element, model = opened(page, training_url), figure(page, "gate")
    wait_for(page, "gate", state="ready")
    set_speed(element, FASTEST)
    part(element, "play").click()
    settled(element, "finished", TOTAL)
    expect(model).to_have_attribute("training", str(TOTAL))
    expect(model).not_to_have_attribute("data-stale", "")
    answer = page.evaluate(
        """async () => {
          const trainer = await modelpress.trainer("gate");
          await trainer.step(120);
          const { values } = await trainer.predict([0, 1]);
          await trainer.dispose();
          return values[0];
        }"""
    )
    expect(part(model, "reading")).to_contain_text(f"gives {answer:.3f}")


def test_a_loss_that_is_no_number_stops_with_a_sentence(training_url: str, page: Page) -> None:
    element = opened(page, training_url, "line", "#line.train=rate:900@300")
    settled(element, "stopped")
    expect(part(element, "notice")).to_have_text(re.compile(r"\w+.*\."))
    assert int(element.get_attribute("step") or 0) < 300
    assert all("NaN" not in line for line in lines(page))
    part(element, "reset").click()
    settled(element, "ready", 0)
    expect(part(element, "notice")).to_have_text("")


@pytest.mark.parametrize("damage", ["missing", "other bytes", "script"])
def test_what_cannot_be_loaded_is_a_sentence_and_the_page_goes_on(
    damage: str, training_url: str, page: Page
) -> None:
    files = "**/api-*.js" if damage == "script" else "**/live.bin"
    element = opened(page, training_url)
    wait_for(page, "gate", state="ready")
    page.route(
        files,
        lambda route: route.fulfill(body="x" * 900) if damage == "other bytes" else route.abort(),
    )
    before = lines(page)
    part(element, "play").click()
    settled(element, "failed", 0)
    expect(part(element, "error")).to_contain_text("The training cannot run here.")
    expect(part(element, "error")).to_contain_text("What you see is Python's run.")
    assert lines(page) == before
    expect(figure(page, "gate")).to_have_attribute("state", "ready")
    page.unroute(files)
    if damage == "script":
        return  # a browser keeps a module that failed: only a new page asks for it again
    part(element, "error").get_by_role("button", name="Try again").click()
    expect(element).to_have_attribute("state", re.compile("running|finished"))
    expect(part(element, "error")).to_be_empty()
    expect(part(element, "play")).to_be_focused()


def test_without_workers_it_trains_all_the_same(
    training_url: str, context: BrowserContext, page: Page
) -> None:
    context.add_init_script("delete window.Worker;")
    element = opened(page, training_url, run="#gate.train=@5")
    settled(element, "paused", 5)
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")


@pytest.mark.engines
def test_the_keyboard_trains_and_keeps_its_place(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    play = part(element, "play")
    play.focus()
    page.keyboard.press("Enter")
    settled(element, "running")
    expect(play).to_have_text("Pause")
    expect(element).to_have_attribute("step", re.compile(r"^([2-9]|\d\d)"))
    page.keyboard.press("Enter")
    expect(element).to_have_attribute("state", re.compile("paused|finished"))
    expect(play).to_have_text("Train")
    expect(play).to_be_focused()
    area = part(element, "area")
    area.focus()
    page.keyboard.press("Home")
    expect(part(element, "reading")).to_have_text(re.compile(r"^Step 1: Python \S+, yours \S+$"))
    page.keyboard.press("ArrowRight")
    expect(area).to_have_attribute("aria-valuetext", re.compile(r"^Step 2: Python \S+, yours \S+$"))
    area.blur()
    expect(part(element, "reading")).to_have_text(re.compile("^Python's loss goes"))


def test_screen_readers_hear_a_sentence_a_second_at_most(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    page.evaluate(
        """() => {
          window.spoken = [];
          new MutationObserver(() => spoken.push(performance.now())).observe(
            document.querySelector("modelpress-trainer [data-part=live]"), { childList: true });
        }"""
    )
    for _ in range(6):
        part(element, "play").click()
    part(element, "epoch").click()
    expect(element).to_have_attribute("state", re.compile("paused|finished"))
    step = element.get_attribute("step")
    expect(part(element, "live")).to_have_text(re.compile(rf"^(Paused|Finished)\. Step {step} of"))
    spoken = page.evaluate("spoken")
    assert all(later - earlier > 990 for earlier, later in pairwise(spoken))
    expect(part(element, "live")).to_have_attribute("aria-live", "polite")


def test_a_hidden_tab_pauses_and_a_removed_training_ends(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    with page.expect_event("worker", lambda worker: "training" in worker.url) as own:
        part(element, "play").click()
    expect(element).to_have_attribute("step", re.compile("[1-9]"))
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    settled(element, "paused")
    with own.value.expect_event("close"):
        element.evaluate("trainer => trainer.remove()")
    assert [worker for worker in page.workers if "training" in worker.url] == []
    expect(figure(page, "gate")).to_have_attribute("state", "ready")


def test_the_table_says_what_the_curves_show(training_url: str, page: Page) -> None:
    element = opened(page, training_url, run="#gate.train=@80")
    settled(element, "paused", RECORDED)
    element.get_by_text("As a table").first.click()
    expect(part(element, "rows").locator("tr").last).not_to_contain_text("–")
    rows = [row.split("\t") for row in part(element, "rows").locator("tr").all_inner_texts()]
    assert [rows[0][0], rows[-1][0], len(rows)] == ["1", "80", 11]
    assert all(python == own != "–" for _, python, own in rows)


def test_axe_finds_nothing(training_url: str, page: Page) -> None:
    element = opened(page, training_url, run="#gate.train=@9")
    settled(element, "paused", 9)
    for summary in element.locator("summary").all():
        summary.click()
    assert violations_in_both_schemes(page, element) == {}


def test_a_phone_has_room_for_it(training_url: str, browser: Browser) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        page = context.new_page()
        element = opened(page, training_url, run="#gate.train=rate:900@9")
        settled(element, "paused", 9)
        for summary in element.locator("summary").all():
            summary.tap()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        sizes = element.locator("button, input, select, summary").evaluate_all(
            """all => all.filter((e) => e.offsetParent).map((e) =>
              [e.dataset.part ?? e.textContent, e.getBoundingClientRect().height])"""
        )
        assert len(sizes) > 15
        assert [size for size in sizes if size[1] < 44] == []
        part(element, "play").tap()
        settled(element, "running")


def test_reduced_motion_is_respected(training_url: str, browser: Browser) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        element = opened(page, training_url)
        found = element.locator("*").evaluate_all(
            "all => [...new Set(all.map((e) => getComputedStyle(e).transitionDuration))]"
        )
        assert found == ["0s"]
