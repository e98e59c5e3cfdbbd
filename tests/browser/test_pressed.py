"""Figures in pages that other programs made, and in pages that come without being loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.built import built_once
from tests.server import serve_folder
from tests.tiny import tiny_project

ADDRESS = "https://instant.example"
CONFIG = f"""\
site_name: Instant
site_url: {ADDRESS}/
theme:
  name: material
  font: false
  features: [navigation.instant]
plugins: [modelpress]
"""
FENCES = "```model line\nstart: {}\n```\n\n```layers line\n```\n\n```epochs line\n```\n"
PRESSED = """\
<!doctype html>
<html><head><meta charset="utf-8"><title>Pressed</title></head><body>
<p>Before <modelpress-model model="line" start="0.5"></modelpress-model> after</p>
<modelpress-layers model="line"></modelpress-layers>
<modelpress-explore explainer="neuron"></modelpress-explore>
</body></html>
"""


def write(folder: Path) -> None:
    tiny_project(folder)
    (folder / "mkdocs.yml").write_text(CONFIG)
    docs = folder / "docs"
    (docs / "line.md").write_text(f"# Line\n\n{FENCES.format(0.5)}\n```explore neuron\n```\n")
    (docs / "more.md").write_text(f"# More\n\n{FENCES.format(0.25)}\n```card line\n```\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_once(tmp_path_factory, "instant", write, "--no-browser")


@pytest.fixture(scope="module")
def instant_url(project: Path) -> Iterator[str]:
    with serve_folder(project / "site") as url:
        yield url


@pytest.fixture(scope="module")
def pressed_url(project: Path) -> Iterator[str]:
    """Pages of the same project that are written by hand, pressed two folders deep."""
    page = project / "by hand/a/b/page.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(PRESSED)
    command = [sys.executable, "-m", "modelpress", "press", "by hand", "--no-browser"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with serve_folder(project / "by hand") as url:
        yield url


def starts(page: Page, text: str) -> None:
    """The page's figure is live with this starting input, and its layers follow."""
    figure = page.locator("modelpress-model")
    expect(figure).to_have_attribute("state", "ready")
    expect(figure.locator("[data-part=value]").first).to_have_value(text)
    layers = page.locator("modelpress-layers")
    layers.scroll_into_view_if_needed()
    expect(layers).to_have_attribute("state", "live")


def test_a_pressed_page_is_live(pressed_url: str, page: Page) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{pressed_url}/a/b/page.html")
    starts(page, "0.5")
    assert (
        page.locator("modelpress-model").evaluate("at => getComputedStyle(at).display") == "block"
    )
    assert page.locator("p").filter(has=page.locator("figure")).count() == 0
    explainer = page.locator("modelpress-explore")
    explainer.scroll_into_view_if_needed()
    expect(explainer).to_have_attribute("state", "ready")
    assert wrong == []


def test_figures_are_live_after_instant_navigation(
    project: Path, instant_url: str, page: Page
) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # The theme replaces the pages that are listed, and keeps the port of their addresses.
    listing = (project / "site/sitemap.xml").read_text().replace(ADDRESS, instant_url)
    page.route("**/sitemap.xml", lambda route: route.fulfill(body=listing))
    with page.expect_response("**/sitemap.xml") as listed:
        page.goto(f"{instant_url}/")
    listed.value.finished()
    page.evaluate("window.loadedOnce = true")
    for name, text in (("line", "0.5"), ("more", "0.25"), ("line", "0.5")):
        page.locator(f".md-nav--primary a[href$='{name}/']").first.click()
        page.wait_for_url(f"**/{name}/")
        starts(page, text)
        expect(page.locator("modelpress-epochs [data-part=range]")).to_be_enabled()
        if name == "line":
            explainer = page.locator("modelpress-explore")
            explainer.scroll_into_view_if_needed()
            expect(explainer).to_have_attribute("state", "ready")
        else:
            area = page.locator(".mp-chart [data-part=area]").first
            area.scroll_into_view_if_needed()
            area.hover()
            expect(page.locator(".mp-chart").first).to_have_attribute("data-state", "ready")
    assert page.evaluate("window.loadedOnce"), "the theme loaded the page"
    assert wrong == []
    spec = json.loads(str(page.locator("data.mp-spec").get_attribute("value")))
    assert spec["title"] == "Line"
