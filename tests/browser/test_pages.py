"""The element's contract, on the pages that show each model, in real browsers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.breaking import NONE_IN_PAGE
from tests.browser.driving import change
from tests.browser.figures import (
    Shown,
    ask_for,
    by_kind,
    choose,
    figure,
    first_of_their_kinds,
    pages_by_kind,
    part,
    record,
    seen,
    shown_models,
    violations_in_both_schemes,
    wait_for,
)
from tests.browser.tabs import ALL_LAID_OUT
from tests.entries import models_of

BY_KIND = pytest.mark.parametrize("shown", by_kind(shown_models()), ids=str)
PAGES = pytest.mark.parametrize("url", pages_by_kind(), ids=lambda url: url or "home")
COLOR = "models/color_classifier/"
# Resolves once the page has not scrolled for twenty frames.
AT_REST = """new Promise((done) => {
  let [last, still] = [scrollY, 0];
  const look = () => {
    still = scrollY === last ? still + 1 : 0;
    last = scrollY;
    if (still === 20) done();
    else requestAnimationFrame(look);
  };
  look();
})"""
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE_SCREEN: ViewportSize = {"width": 1280, "height": 800}


def tolerance_of(page: Page, slug: str) -> float:
    """What the page itself allows a model to differ from Python."""
    spec = page.locator(f'data.mp-spec[data-model="{slug}"]').first.get_attribute("value")
    return float(json.loads(str(spec))["tolerance"])


def test_pythons_answer_is_there_without_scripts(site_url: str, browser: Browser) -> None:
    """Of every model."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        for shown in shown_models():
            page.goto(f"{site_url}/{shown.url}")
            element = figure(page, shown.slug)
            expect(element, str(shown)).to_have_attribute("state", "prerendered")
            reading = re.compile(r"\S+ (is|gives) \S+.*\.")
            expect(part(element, "reading"), str(shown)).to_have_text(reading)
            expect(part(element, "chip-text"), str(shown)).to_have_text("Python's prediction")
            expect(element.locator(".mp-noscript"), str(shown)).to_be_visible()


@pytest.mark.engines(firefox="fast")
@BY_KIND
def test_the_fastest_answers_keys_move_it_and_a_link_brings_it_back(
    shown: Shown, site_url: str, context: BrowserContext, page: Page
) -> None:
    record(context)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site_url}/{shown.url}")
    wait_for(page, shown.slug, state="ready")
    assert [a for a in asked if not a.startswith((site_url, "data:", "blob:"))] == []
    element = figure(page, shown.slug)
    tolerance = tolerance_of(page, shown.slug)
    assert float(element.get_attribute("max-diff") or "nan") <= tolerance
    expect(part(element, "chip-text")).to_have_text(
        # WASM where this machine takes longer than a millisecond for a prediction.
        re.compile(r"^(Exact engine|WASM) · \S+\sms · equals Python (to the last bit$|within )")
    )
    expect(part(element, "chip")).to_have_attribute("data-tone", "green")
    choose(page, shown.slug, "webgl")
    expect(part(element, "chip-text")).to_have_text(
        re.compile(r"^WebGL · \S+\sms · equals Python (within \S+|exactly) on this device$")
    )
    assert float(element.get_attribute("max-diff") or "nan") <= tolerance
    assert seen(page, shown.slug, "ready")[0]["detail"]["backend"] == "exact"
    assert seen(page, shown.slug, "error") == []
    first, last = (
        seen(page, shown.slug, "result")[0]["detail"],
        seen(page, shown.slug, "result")[-1]["detail"],
    )
    assert (first["backend"], last["backend"]) == ("exact", "webgl")
    assert first["output"] == pytest.approx(last["output"], abs=2 * tolerance)

    # The keyboard moves it, and the reading follows.
    assert urlsplit(page.url).fragment == ""
    before = part(element, "reading").inner_text()
    change(element)
    expect(part(element, "reading")).not_to_have_text(before)
    expect(part(element, "reading")).to_have_text(re.compile(r"(is|gives) \S+.*\.$"))
    part(element, "reset").click()
    expect(part(element, "reading")).to_have_text(before)

    # A link brings the state back.
    change(element)
    expect(part(element, "reading")).not_to_have_text(before)
    expect(element).not_to_have_attribute("data-stale", "")
    part(element, "copy").click()
    expect(part(element, "notice")).to_have_text(re.compile("copied|address bar"))
    link, reading = page.url, part(element, "reading").inner_text()
    assert urlsplit(link).fragment.startswith(f"{shown.slug}=")
    page.goto("about:blank")
    page.goto(link)
    wait_for(page, shown.slug, state="ready")
    expect(part(element, "reading")).to_have_text(reading)

    # What a wild one asks for is told, and the start is shown.
    page.goto("about:blank")
    page.goto(f"{site_url}/{shown.url}#{shown.slug}=%3Cb%3Ewild%&other=1")
    wait_for(page, shown.slug, state="ready")
    expect(part(element, "notice")).to_contain_text("wild")
    expect(part(element, "reading")).to_have_text(before)


@pytest.mark.engines(firefox="fast")
def test_typed_colours_and_what_is_no_colour(site_url: str, page: Page) -> None:
    page.goto(site_url + "/" + COLOR)
    wait_for(page, "color_classifier", state="ready")
    element = figure(page, "color_classifier")
    text, error = part(element, "hex"), part(element, "hex-error")
    for typed, canonical in (("#ff0000", "#ff0000"), ("0F0", "#00ff00"), ("#00f", "#0000ff")):
        text.fill(typed)
        expect(part(element, "reading")).to_have_text(re.compile(rf"^{canonical} is \S+-ish, "))
    text.fill("blue")
    text.press("Enter")
    expect(error).to_contain_text("“blue” is no colour")
    expect(error).to_contain_text("#0000ff stays")
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(part(element, "reading")).to_have_text(re.compile(r"^#0000ff is "))
    text.fill("")
    text.press_sequentially("#abc")
    text.press("Enter")
    expect(error).to_have_text("")
    expect(text).to_have_value("#aabbcc")
    expect(part(element, "native")).to_have_value("#aabbcc")
    expect(part(element, "value-r")).to_have_value("170")


def test_typed_numbers_are_taken_and_wild_ones_refused(site_url: str, page: Page) -> None:
    kinds = set()
    first = first_of_their_kinds()
    for shown in (shown for shown in shown_models() if shown.slug in first):
        page.goto(f"{site_url}/{shown.url}")
        wait_for(page, shown.slug, state="ready")
        element = figure(page, shown.slug)
        typed = element.locator("input[type=number]:visible").first
        if typed.count() == 0:
            continue
        kinds.add(element.get_attribute("data-input"))
        top = typed.get_attribute("max")
        before = typed.input_value()
        typed.fill("12345")
        typed.blur()
        expect(part(element, "reading")).to_have_text(re.compile(r"(is|gives) \S+.*\.$"))
        assert "12345" not in part(element, "reading").inner_text()
        typed.fill(str(top))
        typed.blur()
        expect(typed).to_have_value(str(top))
        assert before != top
    assert {"color", "number", "points"} <= kinds


def test_no_answer_is_shown_for_an_older_input(
    site_url: str, context: BrowserContext, page: Page
) -> None:
    record(context)
    page.goto(site_url + "/" + COLOR)
    wait_for(page, "color_classifier", state="ready", backend="exact")
    page.evaluate(
        """async () => {
          const slider = document.querySelector("[data-part=range-r]");
          for (let red = 0; red < 256; red += 2) {
            slider.value = red;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            if (red % 3 === 0) await new Promise(requestAnimationFrame);
          }
        }"""
    )
    element = figure(page, "color_classifier")
    expect(part(element, "reading")).to_have_text(re.compile("^#fe"))
    results = seen(page, "color_classifier", "result")
    assert len(results) > 2
    assert [event["detail"]["text"] for event in results] == [event["shown"] for event in results]


@pytest.mark.engines(firefox="fast")
def test_the_reader_chooses_the_backend(site_url: str, context: BrowserContext, page: Page) -> None:
    record(context)
    page.goto(site_url + "/" + COLOR)
    wait_for(page, "color_classifier", state="ready", backend="exact")
    element = figure(page, "color_classifier")
    element.locator("summary").first.click()
    names = {"wasm": "WASM", "cpu": "CPU", "exact": "Exact engine", "webgl": "WebGL"}
    for backend, name in names.items():
        element.get_by_text(name, exact=True).first.click()
        wait_for(page, "color_classifier", backend=backend)
        expect(part(element, "chip-text")).to_have_text(re.compile(f"^{name} · "))
        expect(part(element, "tried")).to_contain_text(f"{name} (answers now)")
    expect(element.locator("input[value=webgl]")).to_be_checked()
    assert {event["detail"]["backend"] for event in seen(page, "color_classifier", "result")} == {
        "cpu",
        "exact",
        "wasm",
        "webgl",
    }


def test_a_backend_out_of_tolerance_is_refused_in_words(
    site_url: str, built_site: Path, page: Page
) -> None:
    """WebGL differs from Python a little more than the CPU does: a tolerance between the two."""
    results = models_of(built_site)["color_classifier"]["parity"]["results"]
    differences = {r["backend"]: r["max_diff"] for r in results if r["format"] == "graph"}
    between = (differences["cpu"] + differences["webgl"]) / 2
    assert differences["cpu"] < between < differences["webgl"]

    def stricter(route: Any) -> None:
        answer = route.fetch()
        html = re.sub(r'"tolerance": [\d.e-]+', f'"tolerance": {between}', answer.text())
        route.fulfill(response=answer, body=html)

    page.route("**/" + COLOR, stricter)
    page.goto(site_url + "/" + COLOR)
    wait_for(page, "color_classifier", state="ready", backend="exact")
    element = figure(page, "color_classifier")
    ask_for(element, "webgl")
    expect(part(element, "chip")).to_have_attribute("data-tone", "red")
    expect(part(element, "chip-text")).to_have_text(re.compile(r"^WebGL refused · Exact engine · "))
    expect(part(element, "refusal")).to_contain_text("its answers differ from Python's")
    expect(part(element, "refusal")).to_contain_text("Exact engine answers instead.")


@BY_KIND
def test_a_failed_load_is_a_sentence_with_a_way_on(
    shown: Shown, site_url: str, context: BrowserContext, page: Page
) -> None:
    record(context)
    page.add_init_script(NONE_IN_PAGE)
    page.route("**/golden.json", lambda route: route.abort())
    page.goto(f"{site_url}/{shown.url}")
    wait_for(page, shown.slug, state="error")
    element = figure(page, shown.slug)
    before = part(element, "reading").inner_text()
    expect(part(element, "error")).to_contain_text("The live model could not start.")
    expect(part(element, "reading")).to_be_visible()
    assert seen(page, shown.slug, "error")[0]["detail"]["message"]
    page.unroute("**/golden.json")
    part(element, "error").get_by_role("button", name="Try again").click()
    wait_for(page, shown.slug, state="ready")
    expect(part(element, "error")).to_be_empty()
    expect(part(element, "reading")).to_have_text(before)


def test_input_while_loading_is_kept_and_answered(site_url: str, page: Page) -> None:
    held: list[Any] = []
    page.add_init_script(NONE_IN_PAGE)
    page.route("**/golden.json", lambda route: held.append(route))
    page.goto(site_url + "/" + COLOR)
    element = figure(page, "color_classifier")
    expect(element).to_have_attribute("state", "loading")
    part(element, "hex").fill("#ff0000")
    expect(part(element, "reading")).to_contain_text("#ff0000: the answer comes")
    for route in held:
        route.continue_()
    page.unroute("**/golden.json")
    wait_for(page, "color_classifier", state="ready")
    expect(part(element, "reading")).to_have_text(re.compile(r"^#ff0000 is \S+-ish"))


def test_the_live_region_speaks_once_the_input_rests(site_url: str, page: Page) -> None:
    page.goto(site_url + "/" + COLOR)
    wait_for(page, "color_classifier", state="ready", backend="exact")
    element = figure(page, "color_classifier")
    assert part(element, "live").inner_text() == ""  # nothing was done, nothing is said
    page.evaluate(
        """() => {
          window.spoken = 0;
          new MutationObserver(() => { spoken += 1; }).observe(
            document.querySelector("[data-part=live]"), { childList: true, characterData: true });
        }"""
    )
    slider = part(element, "range-g")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    expect(part(element, "live")).to_contain_text("#9bab51 is ")  # green 183 − 12 is hex ab
    assert part(element, "live").inner_text() == part(element, "reading").inner_text()
    assert page.evaluate("spoken") == 1
    expect(part(element, "live")).to_have_attribute("aria-live", "polite")


@PAGES
def test_nothing_moves_when_the_figure_comes_to_life(
    url: str, site_url: str, browser: Browser
) -> None:
    """On a phone and on a wide screen."""
    found = [boxes(f"{site_url}/{url}", browser, scripts=scripts) for scripts in (False, True)]
    assert found[0] == found[1]


def boxes(address: str, browser: Browser, *, scripts: bool) -> list[Any]:
    """Where the parts of the first figure lie at both widths; with scripts, once it answers."""
    found: list[Any] = []
    with browser.new_context(java_script_enabled=scripts, viewport=PHONE) as context:
        page = context.new_page()
        # Only the sentence that scripts are off is extra; all else stands where it stood.
        page.goto(address)
        element = page.locator("modelpress-model").first
        if scripts:
            slug = str(element.get_attribute("model"))
            wait_for(page, slug, state="ready", backend="exact")
            page.evaluate("document.fonts.ready.then(() => true)")
        for viewport in (PHONE, WIDE_SCREEN):
            page.set_viewport_size(viewport)
            top = element.bounding_box()
            assert top is not None
            for name in (".mp-stage", ".mp-controls", ".mp-reading", ".mp-chip", "figcaption"):
                box = element.locator(name).first.bounding_box()
                assert box is not None, name
                size = round(box["height"]), round(box["width"])
                found.append((viewport["width"], name, round(box["y"] - top["y"]), *size))
    return found


@PAGES
def test_axe_finds_nothing_and_a_phone_has_room(url: str, site_url: str, browser: Browser) -> None:
    """Light and dark; no sideways scrolling, and each control is as high as a thumb."""
    with browser.new_context(has_touch=True, reduced_motion="reduce") as context:
        context.add_init_script(ALL_LAID_OUT)
        page = context.new_page()
        page.goto(f"{site_url}/{url}")
        element = page.locator("modelpress-model").first
        expect(element).to_have_attribute("state", "ready")
        element.locator("summary").first.click()
        assert violations_in_both_schemes(page) == {}
        for width in (PHONE["width"], 320):  # 320 is what 1280 becomes at 400 % zoom
            page.set_viewport_size({**PHONE, "width": width})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        for control in element.locator(
            ".mp-controls input:visible, .mp-button:visible, .mp-choice span, summary"
        ).all():
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= 44, control.evaluate("e => e.outerHTML")


def test_a_finger_on_the_field_picks_and_a_swipe_scrolls(site_url: str, browser: Browser) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(site_url + "/")
        element = page.locator('modelpress-model[data-picker="field"]')
        expect(element).to_have_attribute("state", "ready")
        touch = context.new_cdp_session(page)

        def finger(*places: tuple[float, float]) -> float:
            """Puts a finger on the field, moves it, and lifts it; returns the field's width."""
            box = part(element, "field").bounding_box()
            assert box is not None
            for i, (x, y) in enumerate(places):
                at = [{"x": box["x"] + x, "y": box["y"] + y}]
                kind = "touchMove" if i else "touchStart"
                touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
            touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
            return box["width"]

        before = part(element, "hex").input_value()
        finger(*((40, 200 - 15 * step) for step in range(9)))
        page.wait_for_function("scrollY > 60")
        page.evaluate(AT_REST)
        assert part(element, "hex").input_value() == before
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_function("scrollY === 0")

        for places in ([(60, 90)], [(30, 90), *((30 + 15 * step, 90 + step) for step in range(9))]):
            width = finger(*places)
            expect(part(element, "hex")).not_to_have_value(before)
            hue = float(part(element, "range-h").input_value())
            assert hue == pytest.approx(places[-1][0] / width * 360, abs=3)
            before = part(element, "hex").input_value()
        assert page.evaluate("scrollY") == 0


def test_the_field_keeps_its_picture_at_saturation_0(site_url: str, page: Page) -> None:
    page.goto(site_url + "/")
    element = page.locator('modelpress-model[data-picker="field"]')
    expect(element).to_have_attribute("state", "ready")
    part(element, "value-s").fill("0")
    expect(part(element, "field")).to_have_attribute("style", re.compile(r"--mp-s: 0\.0%"))
    painted = part(element, "field").evaluate("field => getComputedStyle(field).backgroundImage")
    assert "rgb(179, 77, 77)" in painted  # red at 40%, not grey
    box = part(element, "field").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] / 2)
    assert float(part(element, "value-s").input_value()) == 40


def test_a_mouse_over_the_field_previews_and_a_press_takes(site_url: str, page: Page) -> None:
    page.goto(site_url + "/")
    element = page.locator('modelpress-model[data-picker="field"]')
    expect(element).to_have_attribute("state", "ready")
    start = part(element, "hex").input_value()
    box = part(element, "field").bounding_box()
    assert box is not None
    at = (box["x"] + 0.15 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.move(*at)
    expect(part(element, "hex")).not_to_have_value(start)
    page.mouse.move(box["x"] + 200, box["y"] + box["height"] + 60)
    expect(part(element, "hex")).to_have_value(start)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.up()
    taken = part(element, "hex").input_value()
    page.mouse.move(box["x"] + 200, box["y"] + box["height"] + 60)
    expect(part(element, "hex")).to_have_value(taken)
    assert taken != start


def test_a_figure_can_be_moved_taken_away_and_put_back(site_url: str, page: Page) -> None:
    page.goto(site_url + "/" + COLOR)
    wait_for(page, "color_classifier", state="ready")
    element = figure(page, "color_classifier")
    part(element, "hex").fill("#ff0000")
    expect(part(element, "reading")).to_have_text(re.compile("^#ff0000 is"))
    page.evaluate("""() => {
      const figure = document.querySelector("modelpress-model");
      window.place = figure.parentNode;
      document.querySelector("h1").before(figure);
    }""")
    expect(element).to_have_attribute("state", "ready")
    page.evaluate("""() => {
      window.figure = document.querySelector("modelpress-model");
      window.figure.remove();
    }""")
    page.wait_for_function("!window.figure.hasAttribute('backend')")
    page.evaluate("window.place.prepend(window.figure)")
    wait_for(page, "color_classifier", state="ready")
    expect(part(element, "reading")).to_have_text(re.compile("^#ff0000 is"))
