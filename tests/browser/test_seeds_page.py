"""The `seeds` figure as a reader uses it: Python's seeds, and the reader's own run among them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import modelpress
from tests.browser.figures import part

TOTAL = 120


def opened(page: Page, training_url: str, run: str = "") -> Locator:
    page.goto(f"{training_url}/gate/{run}")
    element = page.locator("modelpress-seeds")
    expect(part(element, "area")).to_have_attribute("role", "slider")
    return element


def recorded(element: Locator) -> Any:
    return json.loads(str(part(element, "seeds").get_attribute("value")))


def yours(element: Locator, step: int) -> str:
    """What is said of the reader's run after so many steps."""
    expect(element).to_have_attribute("step", str(step))
    return str(part(element, "yours").text_content()).replace("\u2060", "")


def test_the_authors_run_lies_where_pythons_does(page: Page, training_url: str) -> None:
    """With Python's settings the reader's run is seed 1, so its measure is that seed's."""
    element = opened(page, training_url, f"#gate.train=@{TOTAL}")
    data = recorded(element)
    words = yours(element, TOTAL)
    said = re.match(r"Your run, all 120 steps: loss (\S+), ", words)
    assert said is not None, words
    at = float(part(element, "own-flag").evaluate("flag => flag.style.getPropertyValue('--mp-at')"))
    python = part(element, "python-flag").evaluate("flag => flag.style.getPropertyValue('--mp-at')")
    assert at == pytest.approx(float(python), abs=2e-3)
    values = [float(np.float32(value)) for value in data["values"]]
    assert min(abs(value - float(said[1])) for value in values) < 1e-4
    expect(part(element, "live")).to_contain_text("all 120 steps")


def test_another_start_is_measured_and_placed(
    page: Page, training_url: str, training_project: Path
) -> None:
    """Over all rows with the weights as they are: Keras comes to the same loss."""
    element = opened(page, training_url, "#gate.train=seed:7@40")
    words = yours(element, 40)
    weights = page.evaluate(
        """async () => {
          const trainer = await modelpress.trainer("gate", { from: { seed: 7 } });
          await trainer.step(40);
          return (await trainer.weights()).map(({ shape, values }) => [shape, values]);
        }"""
    )
    model = modelpress.load("gate", training_project / "mkdocs.yml").keras
    model.set_weights([np.array(values, np.float32).reshape(shape) for shape, values in weights])
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    loss = float(np.mean((model(x).numpy() - [[0], [1], [1], [0]]) ** 2))
    said = re.match(r"Your run, step 40 of 120: loss (\S+), (.*)\.$", words)
    assert said is not None, words
    assert float(said[1]) == pytest.approx(loss, rel=6e-3)
    values = recorded(element)["values"]
    below = sum(value < loss for value in values)
    if 0 < below < len(values):
        assert f"higher than {below} and lower than {len(values) - below}" in said[2]
    else:
        assert said[2] == f"{'higher' if below else 'lower'} than all {len(values)} of Python's"


def test_what_was_changed_is_said_and_another_loss_is_not_compared(
    page: Page, training_url: str
) -> None:
    element = opened(page, training_url, "#gate.train=batch:4,rate:0.1@10")
    assert yours(element, 10).endswith(
        " You train with another learning rate, another batch size than they did."
    )
    page.goto(f"{training_url}/gate/#gate.train=loss:binary_crossentropy@10")
    expect(part(element, "yours")).to_contain_text("can't be compared")
    expect(part(element, "own-flag")).to_be_hidden()


def test_reset_takes_the_readers_run_away(page: Page, training_url: str) -> None:
    element = opened(page, training_url, "#gate.train=@20")
    yours(element, 20)
    part(page.locator("modelpress-trainer"), "reset").click()
    expect(part(element, "own-flag")).to_be_hidden()
    expect(part(element, "yours")).to_have_text("Your run is shown here once you train.")


def test_bars_are_read_off_by_keys_and_the_table_says_the_same(
    page: Page, training_url: str
) -> None:
    element = opened(page, training_url)
    part(element, "area").focus()
    page.keyboard.press("Home")
    first = recorded(element)["bins"][0]
    expect(part(element, "reading")).to_contain_text(f"{first['words']}: {first['count']} seed")
    element.get_by_text("As a table").click()
    cells = element.locator("tbody td").all_text_contents()
    assert [int(cell) for cell in cells] == [each["count"] for each in recorded(element)["bins"]]
    assert sum(map(int, cells)) == 6
