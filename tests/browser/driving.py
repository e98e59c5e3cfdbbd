"""Putting something into a figure as a person would, whatever its kind of input is."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.figures import part


def change(element: Locator) -> None:
    """Gives the figure another input by the keyboard alone, waiting for nothing."""
    kind = str(element.get_attribute("data-input"))
    _BY_KIND.get(kind, _slide)(element)


def _slide(element: Locator) -> None:
    slider = element.locator("input[type=range]").first
    slider.focus()
    at_the_end = slider.input_value() == slider.get_attribute("max")
    for _ in range(3):
        slider.press("ArrowLeft" if at_the_end else "ArrowRight")


def _draw(element: Locator) -> None:
    pad = part(element, "pad")
    pad.focus()
    pad.press("Space")
    for _ in range(9):
        pad.press("ArrowRight")
    pad.press("Space")


def _take_an_example(element: Locator) -> None:
    part(element, "example").last.press("Enter")


_BY_KIND = {"drawing": _draw, "picture": _take_an_example, "camera": _take_an_example}
