"""No wrong prediction on screen: everything a figure shows while a test runs, against Python.

The page tells of each change of a figure what stands there when the browser may paint it. Marked
as owed (`data-stale`) or missing (`data-empty`) nothing is predicted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import BrowserContext, Page, expect

from modelpress.core.number_format import significant

THIN = "\u202f"
MINUS = "\u2212"
READING = re.compile(rf"(?P<input>[\d.e{MINUS}-]+)(?:{THIN}s)? gives (?P<output>[\d.e{MINUS}-]+)\.")

# After every change, in the same task: what a reader could see of each figure.
WATCH = """(() => {
  const text = (figure, name) => figure.querySelector(`[data-part="${name}"]`)?.textContent ?? null;
  let last = "";
  const look = () => {
    for (const figure of document.querySelectorAll("modelpress-model")) {
      if (figure.hasAttribute("data-stale") || figure.hasAttribute("data-empty")) continue;
      const shown = JSON.stringify({
        slug: figure.getAttribute("model"), reading: text(figure, "reading"),
        answer: text(figure, "curve-text") ?? text(figure, "number"),
        curve: figure.querySelector('[data-part="curve"]')?.getAttribute("d") ?? null,
        other: figure.hasAttribute("training") || figure.hasAttribute("epoch"),
      });
      if (shown !== last) tellShown((last = shown));
    }
  };
  const start = () => {
    look();
    new MutationObserver(look).observe(document, {
      subtree: true, childList: true, characterData: true, attributes: true });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})()"""


@dataclass
class Watched:
    """What figures showed. `python`: slug → Python's prediction for an input. `curves`: slug → the
    line that Python drew."""

    python: dict[str, Callable[[float], float]]
    curves: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)

    def start(self, context: BrowserContext) -> None:
        """Watches every page that `context` opens from now on."""
        context.expose_function("tellShown", lambda text: self.seen.append(json.loads(text)))
        context.add_init_script(WATCH)

    def assert_right(self, context: BrowserContext) -> None:
        """Predictions were shown, and every one of them was Python's."""
        for page in context.pages:
            page.evaluate("0")  # what it has told before arrives before this answer
        assert self.seen
        wrong = self.wrong()
        assert not wrong, f"{len(wrong)} of {len(self.seen)} shown, as {wrong[0]}"

    def wrong(self) -> list[Any]:
        """Predictions that are not Python's, of those that were shown."""
        return [shown for shown in self.seen if not self._is_right(shown)]

    def _is_right(self, shown: dict[str, Any]) -> bool:
        if shown["other"]:
            return True  # a training's own answers, said to be that
        found = READING.fullmatch(shown["reading"])
        if not found:
            return False
        given, said = (number_of(found[name]) for name in ("input", "output"))
        expected = self.python[shown["slug"]](given)
        if not is_said(said, expected):
            return False
        # The picture says what the sentence says.
        if shown["answer"] is not None and shown["answer"] != found["output"]:
            return False
        drawn = self.curves.get(shown["slug"])
        return drawn is None or same_line(shown["curve"], drawn)


def number_of(text: str) -> float:
    return float(text.replace(MINUS, "-").replace(",", ""))


def is_said(said: float, expected: float) -> bool:
    """Whether `said`, of three digits, is what Python would say, but for a last digit that a
    difference within the tolerance may turn."""
    near = {number_of(significant(expected + d)) for d in (-2e-5, 0, 2e-5)}
    return said in near or any(abs(said - value) < 1e-9 for value in near)


def same_line(found: str | None, drawn: str) -> bool:
    """Whether two paths run together, within the rounding of their drawing."""
    if found is None:
        return False
    one, other = (re.findall(r"-?[\d.]+", path) for path in (found, drawn))
    return len(one) == len(other) and bool(
        np.abs(np.array(one, float) - np.array(other, float)).max() < 0.15
    )


def answered(page: Page, text: str, python: Callable[[float], float] | None = None) -> None:
    """The page's figure takes a number that is typed and answers to it as Python does (as `bump`
    where nothing else is given)."""
    figure = page.locator("modelpress-model").first
    # Not `fill`: in Firefox it leaves what stood in a field of numbers.
    figure.locator('[data-part="value"]').evaluate(
        """(field, text) => {
          field.value = text;
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        text,
    )
    reading = figure.locator('[data-part="reading"]')
    said = re.escape(text.replace("-", MINUS))
    expect(reading).to_have_text(re.compile(rf"^{said}({THIN}s)? gives \S+\.$"), timeout=30_000)
    found = READING.fullmatch(reading.inner_text())
    assert found is not None
    assert is_said(number_of(found["output"]), (python or bump)(float(text))), found[0]


def bump(x: float) -> float:
    """The network of that name in tests/kinds_site.py, in float64."""
    return float(2 * np.tanh(2 * x + 3) - 2 * np.tanh(2 * x - 3) - 0.5)


def kinds_watch(site: Path) -> Watched:
    """For the page `bump` of the site of kinds."""
    page = (site / "bump/index.html").read_text()
    drawn = re.search(r'<path[^>]*data-part="curve"[^>]*>', page)
    assert drawn is not None
    line = re.search(r' d="([^"]+)"', drawn[0])
    assert line is not None
    return Watched({"bump": bump}, {"bump": line[1]})


def line_watch(site: Path) -> Watched:
    """For the page `line` of the site that can be kept: between Keras' golden answers its line is
    straight."""
    (path,) = site.glob("models/line/*/golden.json")
    golden = json.loads(path.read_text())
    x, y = np.ravel(golden["inputs"]), np.ravel(golden["outputs"])
    slope, offset = np.polyfit(x, y, 1)
    assert np.abs(slope * x + offset - y).max() < 1e-5
    return Watched({"line": lambda value: float(slope * value + offset)})
