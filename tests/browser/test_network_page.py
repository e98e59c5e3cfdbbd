"""The explainer `network` as it follows a model's figure, and as a reader points into it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.figures import part


def opened(page: Page, training_url: str, state: str = "") -> Locator:
    page.goto(f"{training_url}/network/{state}")
    element = page.locator("modelpress-explore[name=network]")
    expect(element).to_have_attribute("state", "ready")
    return element


def test_the_diagram_gives_what_the_figure_answers(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    figure = page.locator("modelpress-model")
    expect(part(element, "reading")).to_have_text(
        re.compile(r"^\(0, 1\) gives .* All 24 connections")
    )
    for value in ("1", "0.5"):
        figure.locator("input[type=number]").first.fill(value)
        figure.locator("input[type=number]").first.press("Tab")
        answer = part(figure, "reading")
        expect(answer).to_contain_text(f"({value}, 1)")
        expect(part(element, "reading")).to_contain_text(str(answer.text_content()))
    # The activation is what the figure says, and the sum is that of its connections.
    element.get_by_label("Neuron (layer.number)").fill("3.1")
    element.get_by_label("Neuron (layer.number)").press("Enter")
    reading = part(element, "reading")
    expect(reading).to_contain_text(re.compile(r"activation 0\.\d+: 8 values times their weights"))
    given = re.search(
        r"add up to (.*); sigmoid of that is (0\.\d+|1\.00)", str(reading.text_content())
    )
    assert given is not None
    total = float(given[1].replace("−", "-"))
    assert abs(1 / (1 + 2.718281828**-total) - float(given[2])) < 0.01


def test_a_link_is_named_by_pointer_and_neurons_by_keys(training_url: str, page: Page) -> None:
    element = opened(page, training_url)
    area = element.locator(".mp-network-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    hint = element.locator(".mp-network-hint")
    heights = [box["y"] + box["height"] * share / 40 for share in range(2, 39)]
    named = set()
    for y in heights:
        page.mouse.move(box["x"] + box["width"] * 0.35, y)
        named.add(str(hint.text_content()))
    connections = [words for words in named if "has the weight" in words]
    assert len(connections) > 4
    assert all(
        re.search(r"from “(first|second)” to neuron \d of hidden", words) for words in connections
    )
    cursor = element.locator(".mp-network-cursor")
    cursor.focus()
    page.keyboard.press("ArrowLeft")
    expect(cursor).to_have_attribute(
        "aria-label", re.compile("^Selected neuron: neuron [45] of hidden")
    )
    page.keyboard.press("ArrowLeft")
    expect(cursor).to_have_attribute("aria-label", re.compile("^Selected neuron: “(first|second)”"))
    expect(element.locator(".mp-network-ring")).to_have_count(1)
    expect(cursor).to_be_focused()
    part(element, "reset").click()
    expect(element.locator(".mp-network-ring")).to_have_count(0)


def test_a_link_to_what_is_not_there_says_so(training_url: str, page: Page) -> None:
    element = opened(page, training_url, "#network.explore=neuron:7.3")
    expect(part(element, "reading")).to_contain_text("There is no neuron 7.3 here.")
    page.goto("about:blank")
    element = opened(page, training_url, "#network.explore=neuron:x,links:-4")
    expect(part(element, "notice")).to_contain_text("a layer and a number in it")
    expect(part(element, "reading")).to_contain_text("All 24 connections are shown.")
