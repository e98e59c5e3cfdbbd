"""The kinds that draw plots, sliders and swatches, driven as a reader would, on their own site."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from modelpress import inputs, outputs
from tests.browser.figures import figure, part, record, seen, violations_in_both_schemes, wait_for
from tests.kinds_site import MODELS, kinds_site

SLUGS = pytest.mark.parametrize("slug", MODELS)
OTHERS = {
    "bump": "-0.35",
    "gate": "0.31,1.1",
    "opposite": "0109ff",
    "flower": "5,3,2.25,2",
    "car": "age=12; colour=0109ff",
}


def opened(page: Page, kinds_url: str, slug: str, state: str = "", **also: str) -> Locator:
    """The figure, live; `also`: attributes that it has by then."""
    page.goto(f"{kinds_url}/{slug}/" + (f"#{slug}={state}" if state else ""))
    wait_for(page, slug, state="ready", **also)
    return figure(page, slug)


def entry(page: Page) -> Any:
    return json.loads(str(page.locator("data.mp-spec").first.get_attribute("value")))


@SLUGS
def test_both_sides_say_the_same_words(
    slug: str, kinds_url: str, context: BrowserContext, page: Page
) -> None:
    record(context)
    element = opened(page, kinds_url, slug, OTHERS[slug])
    spec = entry(page)
    kind_in, kind_out = inputs.from_spec(spec["input"]), outputs.from_spec(spec["output"])
    detail = seen(page, slug, "result")[-1]["detail"]
    given, answer = (np.array(detail[name], np.float32) for name in ("input", "output"))
    assert given.tolist() == kind_in.parse(OTHERS[slug]).ravel().tolist()
    words = f"{kind_in.describe(given)} {kind_out.verb} {kind_out.describe(answer)}."
    expect(part(element, "reading")).to_have_text(words)
    assert detail["text"] == kind_in.canonical(OTHERS[slug])


@SLUGS
def test_nothing_moves_python_has_said_it_already_and_axe_finds_nothing(
    slug: str, kinds_url: str, browser: Browser
) -> None:
    found: list[Any] = []
    for scripts in (False, True):
        with browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": 390, "height": 844},
            reduced_motion="reduce",
        ) as context:
            page = context.new_page()
            page.goto(f"{kinds_url}/{slug}/")
            element = figure(page, slug)
            if scripts:
                wait_for(page, slug, state="ready")
                expect(element).not_to_have_attribute("data-stale", "")
            boxes = [
                element.locator(name).first.bounding_box()
                for name in (".mp-stage", ".mp-controls", ".mp-reading", "figcaption")
            ]
            found.append(
                ([box and box["height"] for box in boxes], part(element, "reading").inner_text())
            )
            if scripts:
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                for twin in page.locator("modelpress-model details > summary").all():
                    twin.click()
                assert violations_in_both_schemes(page) == {}
    assert found[0] == found[1]


def test_the_map_is_the_networks_own(kinds_url: str, page: Page) -> None:
    """Against the network's formula in float64, cell by cell, on the GPU."""
    # What Python drew is wiped out first: the browser has to draw it.
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => "
        "document.querySelectorAll('[data-part=cells] path').forEach("
        "(cell) => cell.setAttribute('fill-opacity', 9)))"
    )
    element = opened(page, kinds_url, "gate", backend="exact")
    cells = part(element, "cells").locator("path")
    expect(cells.last).not_to_have_attribute("fill-opacity", "9")
    shown = cells.evaluate_all(
        "cells => cells.map(c => (c.classList.contains('mp-low') ? -1 : 1) * "
        "c.getAttribute('fill-opacity'))"
    )
    middles = -0.2 + 1.4 * (np.arange(20) + 0.5) / 20
    a, b = np.meshgrid(middles, middles)

    def sigma(v: Any) -> Any:
        return 1 / (1 + np.exp(-v))

    total = 9 * (a + b)
    answer = sigma(12 * sigma(total - 4.5) - 12 * sigma(total - 13.5) - 5)
    assert np.abs(np.reshape(shown, (20, 20)) - (2 * answer - 1)).max() < 2e-3


@pytest.mark.parametrize("slug", ["gate", "bump"])
def test_what_python_drew_the_browser_draws_again(
    slug: str, kinds_url: str, browser: Browser
) -> None:
    name = {"gate": "border", "bump": "curve"}[slug]
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{kinds_url}/{slug}/")
        pythons = str(part(figure(page, slug), name).get_attribute("d"))
    with browser.new_context() as context:
        page = context.new_page()
        context.add_init_script(
            "addEventListener('DOMContentLoaded', () => "
            f"document.querySelector('[data-part={name}]').removeAttribute('d'))"
        )
        page.goto(f"{kinds_url}/{slug}/")
        wait_for(page, slug, state="ready")
        line = part(figure(page, slug), name)
        expect(line).to_have_attribute("d", re.compile("^M"))
        ours = str(line.get_attribute("d"))
    numbers = [np.array(re.findall(r"[\d.]+", d), float) for d in (pythons, ours)]
    assert len(numbers[0]) == len(numbers[1]) > 20
    assert np.abs(numbers[0] - numbers[1]).max() <= 0.2  # of a thousand
    assert re.sub(r"[\d.]+", "", ours) == re.sub(r"[\d.]+", "", pythons)


def test_a_point_is_set_by_pointer_keys_and_typing(kinds_url: str, page: Page) -> None:
    element = opened(page, kinds_url, "gate")
    plane, reading = part(element, "plane"), part(element, "reading")
    box = plane.bounding_box()
    assert box is not None
    plane.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(reading).to_have_text(re.compile(r"^\(0\.5, 0\.5\) gives 0\.9\d+: different\.$"))
    expect(part(element, "point")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(reading).to_have_text(re.compile(r"^\(0\.51, 0\.6\) gives "))
    expect(part(element, "value-0")).to_have_value("0.51")
    expect(part(element, "point")).to_have_attribute("aria-valuetext", "(0.51, 0.6)")
    part(element, "value-1").fill("1.15")
    expect(reading).to_have_text(re.compile(r"^\(0\.51, 1\.15\) gives "))
    part(element, "value-1").fill("7")
    part(element, "value-1").blur()
    expect(part(element, "point-error")).to_contain_text("b: 7 is out of range")
    expect(reading).to_have_text(re.compile(r"^\(0\.51, 1\.15\) gives "))
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] - 50, box["y"] + box["height"] + 50)
    page.mouse.up()
    expect(reading).to_have_text(re.compile(r"^\(−0\.2, −0\.2\) gives \S+: equal\.$"))


def test_points_are_kept_undone_cleared_and_linked(kinds_url: str, page: Page) -> None:
    element = opened(page, kinds_url, "gate", "0.2,0.9;1,1")
    pins = part(element, "pins").locator("span")
    undo, clear = part(element, "undo"), part(element, "clear")
    expect(pins).to_have_text(["1"])
    expect(undo).to_be_disabled()
    part(element, "keep").click()
    expect(pins).to_have_text(["1", "2"])
    part(element, "keep").click()
    expect(part(element, "notice")).to_contain_text("(0.2, 0.9) is kept already")
    clear.click()
    expect(pins).to_have_count(0)
    undo.click()
    expect(pins).to_have_text(["1", "2"])
    part(element, "range-0").press("End")
    part(element, "copy").click()
    expect(part(element, "notice")).to_have_text(re.compile("copied|address bar"))
    assert page.url.endswith("#gate=1.2%2C0.9%3B1%2C1%3B0.2%2C0.9")
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    wait_for(page, "gate", state="ready")
    expect(part(element, "reading")).to_have_text(re.compile(r"^\(1\.2, 0\.9\) gives "))
    expect(pins).to_have_text(["1", "2"])
    part(element, "reset").click()
    expect(pins).to_have_count(0)
    expect(part(element, "reading")).to_have_text(re.compile(r"^\(0\.2, 0\.9\) gives "))


def test_a_finger_in_the_plane_sets_the_point_and_does_not_scroll(
    kinds_url: str, browser: Browser
) -> None:
    phone: Any = {"viewport": {"width": 390, "height": 500}, "has_touch": True, "is_mobile": True}
    with browser.new_context(**phone) as context:
        page = context.new_page()
        page.goto(f"{kinds_url}/gate/")
        wait_for(page, "gate", state="ready")
        element = figure(page, "gate")
        plane = part(element, "plane")
        plane.scroll_into_view_if_needed()
        box = plane.bounding_box()
        assert box is not None
        before = page.evaluate("scrollY")
        session = context.new_cdp_session(page)
        x = box["x"] + box["width"] / 2
        for kind, y in (("Start", 0.9), ("Move", 0.6), ("Move", 0.5)):
            at = [{"x": x, "y": box["y"] + y * box["height"]}]
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(part(element, "reading")).to_have_text(re.compile(r"^\(0\.5, 0\.5\) gives "))
        assert page.evaluate("scrollY") == before


def test_the_curves_point_and_table_follow(kinds_url: str, page: Page) -> None:
    element = opened(page, kinds_url, "bump")
    element.locator(".mp-twin > summary").click()
    cells = part(element, "curve-cell").all_inner_texts()
    assert len(cells) == 21
    assert cells[10] == "3.48"  # 4 tanh 3 − 0.5
    part(element, "value").fill("0")
    expect(part(element, "reading")).to_have_text("0\u202fs gives 3.48.")
    expect(part(element, "curve-text")).to_have_text("3.48")
    style = str(part(element, "curve-point").get_attribute("style"))
    assert "--mp-x: 0.5" in style


def test_a_colour_past_the_edge_is_drawn_at_it_and_said(kinds_url: str, page: Page) -> None:
    element = opened(page, kinds_url, "opposite", "0000ff")
    expect(part(element, "reading")).to_have_text(
        "#0000ff gives #ffff00 (red 280 is drawn as 255, green 280 is drawn as 255, "
        "blue −26.0 is drawn as 0)."
    )
    expect(part(element, "answer")).to_have_css("background-color", "rgb(255, 255, 0)")


def test_a_model_that_names_no_kinds_is_usable(kinds_url: str, page: Page) -> None:
    element = opened(page, kinds_url, "flower")
    expect(element.locator("input[type=range]")).to_have_count(4)
    expect(element.locator(".mp-values li")).to_have_count(3)
    part(element, "value-2").fill("6")
    expect(part(element, "reading")).to_have_text(re.compile(r"x3 6, .* gives y1 \S+, y2 "))
    part(element, "value-2").fill("60")
    part(element, "value-2").blur()
    expect(part(element, "field-error")).to_contain_text("x3: 60 is out of range")
    spec = entry(page)
    assert spec["tolerance"] >= 1e-5
    assert spec["input"]["min"][1] == pytest.approx(2, abs=0.1)


def test_several_inputs_and_outputs_are_set_read_and_linked(kinds_url: str, page: Page) -> None:
    """Against the network's formulas: price = 40 − 2 age + 0.01 red; old from ten years on."""
    element = opened(page, kinds_url, "car", backend="exact")
    reading = part(element, "reading")
    expect(reading).to_have_text(
        "age 3\u202fyears, colour #c80000 gives price: 36.0\u202fk€; "
        "kind: young, >99%; next old, <1%."
    )
    age = element.get_by_role("group", name="age")
    colour = element.get_by_role("group", name="colour")
    age.get_by_role("slider").press("End")
    expect(reading).to_contain_text("age 20\u202fyears, colour #c80000 gives price: 2.00\u202fk€; ")
    expect(reading).to_contain_text("kind: old, 100%")
    colour.get_by_label("Red", exact=True).press("Home")
    expect(reading).to_contain_text("colour #000000 gives price: 0\u202fk€")
    expect(part(element.get_by_role("group", name="price"), "number")).to_have_text("0")
    expect(element.get_by_role("group", name="kind")).to_contain_text("old")
    colour.get_by_label("Hex").fill("#ff00")
    colour.get_by_label("Hex").blur()
    expect(part(colour, "hex-error")).to_contain_text("#000000 stays")
    part(element, "copy").click()
    expect(part(element, "notice")).to_have_text(re.compile("copied|address bar"))
    link = page.url
    assert link.endswith("#car=age%3D20%3B%20colour%3D%23000000")
    page.goto("about:blank")
    page.goto(link)
    wait_for(page, "car", state="ready")
    expect(reading).to_contain_text("age 20\u202fyears, colour #000000 gives")
    page.goto(link.split("#")[0] + "#car=age=5;size=2")
    expect(part(element, "notice")).to_contain_text("is not age=3; colour=#c80000")
    expect(reading).to_contain_text("age 3\u202fyears, colour #c80000 gives")
    answered = page.evaluate(
        "async () => (await (await modelpress.load('car')).predict([10, 100, 0, 0])).values"
    )
    assert answered == pytest.approx([21, 0.5, 0.5], abs=1e-5)


TENSORS = """
async () => {
  globalThis.described ??= JSON.parse(document.querySelector("data.mp-spec").value);
  const entry = globalThis.described; // its element leaves with the figure
  return (await modelpress.prove(entry, { backend: "cpu" })).tensorsBefore;
}
"""


# Once a figure is parsed, before its scripts run.
PARSED = """new MutationObserver((_, watch) => {
  const first = document.querySelector("modelpress-model");
  if (!first?.nextSibling) return;
  watch.disconnect();
  %s;
}).observe(document, { childList: true, subtree: true })"""
ON_THE_CPU = PARSED % 'first.dataset.backend = "cpu"'
TWICE = PARSED % "first.after(first.cloneNode(true))"
READY = """(count) =>
  document.querySelectorAll("modelpress-model[state=ready][backend=cpu]").length === count"""


def test_two_figures_of_a_model_have_one_proven_model(kinds_url: str, page: Page) -> None:
    """The second takes no tensor more, and outlives the first; the last one takes them with it."""
    page.add_init_script(ON_THE_CPU)
    page.goto(f"{kinds_url}/gate/")
    page.wait_for_function(READY, arg=1)
    alone = page.evaluate(TENSORS)
    assert alone > 0
    page.add_init_script(TWICE)
    page.reload()
    page.wait_for_function(READY, arg=2)
    assert page.evaluate(TENSORS) == alone
    page.evaluate("document.querySelector('modelpress-model').remove()")
    element = figure(page, "gate")
    part(element, "range-0").press("End")
    expect(part(element, "reading")).to_have_text(re.compile(r"^\(1\.2, 0\.9\) gives "))
    assert page.evaluate(TENSORS) == alone
    page.evaluate("document.querySelector('modelpress-model').remove()")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate(TENSORS) == 0


def test_the_sites_files(kinds_url: str, context: BrowserContext) -> None:
    """The answers to a map's cells stay out of the manifest: the page holds their picture."""
    manifest = context.request.get(f"{kinds_url}/models/manifest.json").json()
    assert "sweep" not in manifest["models"]["gate"]
    reason = manifest["models"]["flower"]["tolerance_reason"]
    assert reason == "what rounding to float32 can make in this network"


def test_the_module_is_found(tmp_path: Path) -> None:
    assert kinds_site(tmp_path / "site").root == tmp_path / "site"
