"""Diagrams, weights and training curves on the pages that show them: alive, equal to Keras, and
read off by pointer and keys."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from modelpress.core.configuration import find_project
from modelpress.core.number_format import short
from modelpress.site.fence_syntax import scan
from tests.browser.figures import DOCS, Shown, by_kind, page_url, part, wait_for
from tests.browser.tabs import ALL_LAID_OUT
from tests.entries import models_of

Array = npt.NDArray[Any]

# Kept by the page itself, since the event may come before a test can listen.
LISTEN = """
window.layers = [];
document.addEventListener("modelpress:layers", ({target, detail}) => layers.push({
  slug: target.getAttribute("model"),
  input: Array.from(detail.input),
  layers: detail.layers.map(({name, shape, values}) => ({name, shape, values: Array.from(values)})),
}));
"""


def shown(kind: str) -> list[Shown]:
    """Each model with a fence of this kind, on the first page that has it and its figure."""
    fences = scan(DOCS)
    figures = {(fence.slug, fence.page) for fence in fences if fence.kind == "model"}
    homes: dict[str, Shown] = {}
    for fence in fences:
        if fence.kind == kind and (fence.slug, fence.page) in figures:
            homes.setdefault(fence.slug, Shown(fence.slug, page_url(fence.page)))
    return list(homes.values())


LAYERS = pytest.mark.parametrize("shown", by_kind(shown("layers")), ids=str)
CARDS = pytest.mark.parametrize("shown", by_kind(shown("card")), ids=str)


def entry(built_site: Path, slug: str) -> Any:
    return models_of(built_site)[slug]


@functools.cache
def net_of(file: Path, root: Path, source: str) -> Any:
    """The published network. Its model file is imported first: it may register an activation."""
    import keras

    from modelpress.spec.discovery import import_model

    import_model(root / source, find_project(root / "mkdocs.yml"))
    return keras.models.load_model(file)


def keras_activations(net: Any, given: list[float], names: list[str]) -> list[Array]:
    """Keras' own values of these layers for an input laid flat."""
    import keras

    values = np.array(given, np.float32).reshape(1, *net.input_shape[1:])
    inside = keras.Model(net.inputs[0], [net.get_layer(name).output for name in names])
    found = inside.predict_on_batch(values)
    return [np.asarray(f)[0] for f in (found if isinstance(found, list) else [found])]


def diagram(page: Page, slug: str) -> Locator:
    return page.locator(f'modelpress-layers[model="{slug}"]')


def go_live(page: Page, site_url: str, shown: Shown) -> Locator:
    page.goto(f"{site_url}/{shown.url}")
    wait_for(page, shown.slug, state="ready")
    element = diagram(page, shown.slug)
    element.scroll_into_view_if_needed()
    expect(element).to_have_attribute("state", "live")
    return element


@LAYERS
def test_each_layer_gives_what_keras_gives(
    shown: Shown, site_url: str, built_site: Path, context: BrowserContext, page: Page
) -> None:
    context.add_init_script(LISTEN)
    element = go_live(page, site_url, shown)
    told = page.evaluate("layers")[-1]
    card = entry(built_site, shown.slug)
    net = net_of(built_site / card["base"] / "model.keras", built_site.parent, card["source"])
    drawn = [layer["name"] for layer in card["layers"] if layer["cells"]]
    inside = {layer["name"]: layer for layer in told["layers"]}
    assert set(drawn) <= set(inside)
    for name, wanted in zip(drawn, keras_activations(net, told["input"], drawn), strict=True):
        assert inside[name]["shape"] == list(wanted.shape)
        scale = max(1.0, float(np.abs(wanted).max()))
        found = np.array(inside[name]["values"]).reshape(wanted.shape)
        assert np.abs(found - wanted).max() <= 2e-5 * scale, name
    assert element.locator("canvas").count() == len(drawn)
    assert part(element, "notice").inner_text() == ""


@LAYERS
def test_coming_to_life_moves_nothing(
    shown: Shown, site_url: str, browser: Browser, page: Page
) -> None:
    measure = "e => [e.offsetHeight, e.offsetWidth, e.querySelector('.mp-layer-list').innerText]"
    with browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 800}
    ) as plain:
        still = plain.new_page()
        still.goto(f"{site_url}/{shown.url}")
        still.evaluate(ALL_LAID_OUT)
        element = diagram(still, shown.slug)
        element.scroll_into_view_if_needed()
        before = element.evaluate(measure)
    live = go_live(page, site_url, shown)
    assert live.evaluate(measure) == before  # the words too: Python's are the browser's


def test_the_diagram_follows_the_figure(site_url: str, page: Page) -> None:
    chosen = next(s for s in shown("layers") if s.slug == "color_classifier")
    element = go_live(page, site_url, chosen)
    before = element.locator(".mp-layer-list").inner_text()
    picture = element.locator("canvas").last.evaluate("c => c.toDataURL()")
    page.locator(f'modelpress-model[model="{chosen.slug}"] input[type=range]').first.fill("10")
    expect(element.locator(".mp-layer-list")).not_to_have_text(before, use_inner_text=True)
    above = page.locator(f'modelpress-model[model="{chosen.slug}"]').first
    expect(part(element, "reading")).to_have_text(part(above, "reading").inner_text())
    assert element.locator("canvas").last.evaluate("c => c.toDataURL()") != picture


def test_values_are_read_off_by_keys_and_pointer(site_url: str, page: Page) -> None:
    chosen = next(s for s in shown("layers") if s.slug == "color_classifier")
    element = go_live(page, site_url, chosen)
    cells = element.get_by_role("slider", name="Values of words")
    words = element.locator('[data-layer="words"]')
    rest = part(words, "values").inner_text()
    cells.press("End")
    text = cells.get_attribute("aria-valuetext") or ""
    assert re.fullmatch(r"grey\S*: [\d.e-]+", text)
    assert part(words, "values").inner_text() == text
    cells.press("Home")
    assert (cells.get_attribute("aria-valuetext") or "").startswith("red")
    cells.blur()
    assert part(words, "values").inner_text() == rest
    box = cells.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 1.5 / 9, box["y"] + box["height"] / 2)
    expect(part(words, "values")).to_have_text(re.compile("^green"))


def test_layers_that_disagree_are_not_shown(
    site_url: str, built_site: Path, context: BrowserContext, page: Page
) -> None:
    """A layers model whose last layer gives another answer than the figure is refused."""
    chosen = next(s for s in shown("layers") if s.slug == "color_classifier")
    spoil = "(detail) => { detail.output = detail.output.map((value) => value + 0.1); }"
    context.add_init_script(
        "addEventListener('modelpress:result', ({detail}) => (" + spoil + ")(detail), true)"
    )
    page.goto(f"{site_url}/{chosen.url}")
    wait_for(page, chosen.slug, state="ready")
    element = diagram(page, chosen.slug)
    element.scroll_into_view_if_needed()
    expect(element).to_have_attribute("state", "error")
    expect(part(element, "notice")).to_contain_text("another answer than the figure (by 0.1")
    assert element.locator("canvas").count() == 0


@CARDS
def test_cards_fit_the_screen(shown: Shown, site_url: str, page: Page) -> None:
    page.goto(f"{site_url}/{shown.url}")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for chart in page.locator(".mp-chart svg").all():
            size = chart.locator("text").first.evaluate("t => t.getBoundingClientRect().height")
            assert size >= 12


@CARDS
def test_curves_are_read_off_by_keys(
    shown: Shown, site_url: str, built_site: Path, page: Page
) -> None:
    history = entry(built_site, shown.slug)["training"]["history"]
    page.goto(f"{site_url}/{shown.url}")
    charts = page.locator(f'.mp-chart[data-model="{shown.slug}"]')
    if charts.count() == 0:
        pytest.skip("nothing was recorded while it was trained")
    chart = charts.first
    metric = chart.get_attribute("data-metric") or ""
    slider = chart.get_by_role("slider")
    slider.press("Home")
    reading = part(chart, "reading")
    expect(reading).to_contain_text(re.compile(r"^(Epoch|Step) 1: "))
    assert short(float(f"{history[metric][0]:.4g}")) in reading.inner_text()
    expect(chart.locator(".mp-chart-marks circle")).to_have_count(1 + (f"val_{metric}" in history))
    slider.press("End")
    steps = len(history[metric])
    expect(reading).to_contain_text(re.compile(rf"^(Epoch|Step) {short(steps)}: "))
    chart.locator("summary").click()
    rows = chart.locator("tbody tr")
    assert short(float(f"{history[metric][-1]:.4g}")) in rows.last.inner_text()


def test_the_first_weights_are_chosen_by_hand_and_shown_large(
    site_url: str, built_site: Path, page: Page
) -> None:
    with_weights = [s for s in shown("layers") if entry(built_site, s.slug)["weights"]]
    for chosen in with_weights:
        page.goto(f"{site_url}/{chosen.url}")
        section = diagram(page, chosen.slug).locator(".mp-weights")
        section.scroll_into_view_if_needed()
        slider = section.get_by_role("slider")
        slider.press("End")
        count = len(entry(built_site, chosen.slug)["weights"]["largest"])
        largest = entry(built_site, chosen.slug)["weights"]["largest"][-1]
        expect(part(section, "weight")).to_have_text(
            re.compile(
                rf"^(Neuron|Kernel) {count}: the largest weight is {re.escape(short(largest))}$"
            )
        )
        sheet = part(section, "sheet").bounding_box()
        assert sheet
        page.mouse.move(sheet["x"] + 2, sheet["y"] + 2)
        expect(slider).to_have_value("1")
