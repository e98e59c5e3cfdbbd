"""Ten thousand calls of the browser's interface with wrong types, shapes, sizes and slugs, lists
that cannot be read, buffers that are gone: each answers, or rejects with a sentence of ours.

A sentence of ours is the message of a ModelpressError, or of one of its kinds, that says what was
wrong: nothing that the browser's engine or TensorFlow.js said of values nobody had looked at. A
call that throws at once, ends late or never, or answers with NaN, is wrong too. After every 500
calls right ones are answered as Python answers.
"""

from __future__ import annotations

import collections
import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.bare_page import manifest_models, open_bare

SCRIPT = Path(__file__).with_name("api_fuzz.js")
CALLS = 10_000
EACH = 500
BACKENDS = [["gate", "cpu"], ["line", "cpu"], ["weight", "wasm"], ["gate", "webgl"]]


@pytest.mark.slow
def test_whatever_is_asked_is_answered_with_a_sentence(page: Page, training_url: str) -> None:
    models = manifest_models(training_url)
    goldens: dict[str, Any] = {}
    for slug, entry in models.items():
        with urllib.request.urlopen(f"{training_url}/{entry['base']}{entry['golden']}") as file:
            goldens[slug] = json.load(file)
    open_bare(page, training_url)
    page.evaluate(SCRIPT.read_text())
    page.evaluate("(given) => fuzz.open(...given)", [models, goldens, BACKENDS])
    made: collections.Counter[str] = collections.Counter()
    wrong: collections.Counter[str] = collections.Counter()
    for seed in range(CALLS // EACH):
        found = page.evaluate("(given) => fuzz.run(...given)", [seed, EACH])
        made.update(found["made"])
        wrong.update(found["wrong"])
    assert wrong == {}
    assert sum(made.values()) == CALLS
    assert min(made.values()) > CALLS / 1000, made  # each of them was asked something
    assert page.evaluate("fuzz.close()") == {"cpu": 0, "wasm": 0, "webgl": 0}
