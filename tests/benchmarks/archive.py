"""The site from a folder against the same site from this machine's web server: the first answer."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from modelpress.build.pages import build_pages
from modelpress.core.configuration import find_project
from modelpress.proof.verify import chromium_arguments, find_browser
from modelpress.site.publish.archive import to_archive
from tests.benchmarks.page import ANSWERS, ON_WEBGL
from tests.server import serve_folder

ROUNDS = 5
# Small weights, and the largest of the site.
PAGES = ("models/color_classifier", "models/digits")
NAMES = {"first": "first live answer, ms", "webgl": "first WebGL answer, ms"}


def visit(browser: Browser, url: str) -> dict[str, float]:
    """ms from the start of a visit, in a fresh profile, to the first answers."""
    with browser.new_context() as context:
        context.set_default_timeout(120_000)
        tab = context.new_page()
        tab.add_init_script(ANSWERS + ON_WEBGL)
        tab.goto(url, wait_until="commit")
        tab.wait_for_function("window.answers?.webgl && window.answers.first")
        found: dict[str, float] = tab.evaluate("window.answers")
        return found


def compare(root: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """Medians from the folder and over HTTP by page and measure; the two take turns."""
    browser_here = find_browser()
    assert browser_here is not None, "the benchmark needs Chromium: run it as `make bench`"
    project = find_project(root / "mkdocs.yml")
    tables: dict[str, dict[str, tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        folder = Path(scratch) / "site"
        build_pages(project, folder, archive=True)
        bundle = json.loads(project.site_json.read_bytes())["bundle"]
        to_archive(folder, project.public_dir, bundle)
        browser = driver.chromium.launch(
            executable_path=str(browser_here.path), args=chromium_arguments()
        )
        with serve_folder(project.site_dir) as url:
            for page in PAGES:
                ours, theirs = [], []
                for _ in range(ROUNDS):
                    ours.append(visit(browser, (folder / f"{page}.html").as_uri()))
                    theirs.append(visit(browser, f"{url}/{page}/"))
                tables[page] = {
                    words: (
                        statistics.median(found[name] for found in ours),
                        statistics.median(found[name] for found in theirs),
                    )
                    for name, words in NAMES.items()
                }
        browser.close()
    return tables
