"""A line that is slow and steady brings every file, in one go."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.breaking import NONE_IN_PAGE
from tests.browser.figures import wait_for
from tests.browser.host import hosting
from tests.browser.watching import Watched
from tests.server import Line

# Every time limit of the page is over thirty times as soon.
HURRIED = """
const [timer, timeout] = [setTimeout, AbortSignal.timeout.bind(AbortSignal)];
globalThis.setTimeout = (act, ms = 0, ...given) => timer(act, ms / 30, ...given);
AbortSignal.timeout = (ms) => timeout(ms / 30);
"""


def test_weights_that_take_long_on_a_slow_line_come_in_one_go(
    kinds_project: Path, page: Page, watched: Watched
) -> None:
    """Ninety seconds of the page's time, with no piece later than three after the one before."""
    site = kinds_project / "site"
    models = json.loads((site / "models/manifest.json").read_text())["models"]
    url = models["bump"]["files"]["graph/weights.bin"]["url"]
    with hosting(site) as host:
        size = (site / url).stat().st_size
        host.slow[url] = Line(bits_per_s=8 * size / 3, latency_s=0)
        page.add_init_script(HURRIED + NONE_IN_PAGE)
        page.goto(f"{host.url}/bump/")
        wait_for(page, "bump", state="ready")
        assert host.asked.count(url) == 1
