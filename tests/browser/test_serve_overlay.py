"""The error of a rebuild is shown over the page, in a real browser, until it is mended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser, Page, expect

from modelpress.core.errors import PageError
from modelpress.serving.web_server import SiteServer

OVERLAY = "#modelpress-error"
THEMED = "site_name: Tiny\ntheme: {name: mkdocs, highlightjs: false}\nplugins: []\n"
THEMES_OWN = "reading 'backdrop'"  # an error of the theme's script, whose search is switched off
ERROR = PageError(
    "There is no model `<img src=x onerror=alert(1)>`.",
    where="docs/index.md:3",
    expected="one of line",
    next_step="Correct the name.",
)
CONTRAST = """
(host) => {
  const box = host.shadowRoot.querySelector(".box");
  const level = (color) => {
    const parts = color.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const back = level(getComputedStyle(box).backgroundColor);
  return [...box.querySelectorAll("p, h2, .label")].map((each) => {
    const front = level(getComputedStyle(each).color);
    return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  });
}
"""


def write(folder: Path, text: str) -> None:
    """The site of one page, built by MkDocs alone."""
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs" / "index.md").write_text(text)
    (folder / "mkdocs.yml").write_text(THEMED)
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    build(load_config(str(folder / "mkdocs.yml")))


@pytest.fixture(autouse=True)
def _without_the_themes_errors(page: Page, page_errors: list[str]) -> Iterator[None]:
    yield
    page_errors[:] = [error for error in page_errors if THEMES_OWN not in error]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SiteServer]:
    write(tmp_path, "# First\n")
    running = SiteServer("127.0.0.1", 0, "/", lambda text: None, ())
    running.root = tmp_path / "site"
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield running
    running.live.end()
    running.shutdown()
    running.server_close()


def test_an_error_is_shown_until_it_is_mended(
    server: SiteServer, page: Page, tmp_path: Path
) -> None:
    page.goto(server.url)
    expect(page.locator("h1")).to_have_text("First")
    expect(page.locator(OVERLAY)).to_have_count(0)

    server.live.failed(ERROR)  # no reload: the page hears of it
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()
    expect(alert).to_contain_text("docs/index.md:3")
    expect(alert).to_contain_text(ERROR.what)  # text, not HTML
    expect(alert).to_contain_text("Correct the name.")
    assert page.locator(f"{OVERLAY} img").count() == 0

    page.keyboard.press("Escape")
    expect(page.locator(OVERLAY)).to_have_count(0)
    page.reload()  # a page that is opened meanwhile says it, too
    alert.get_by_role("button", name="Hide").focus()
    page.keyboard.press("Enter")
    expect(page.locator(OVERLAY)).to_have_count(0)
    server.live.failed(ERROR)  # the next rebuild failed as well
    expect(alert).to_be_visible()

    write(tmp_path, "# Second\n")
    server.live.built()
    expect(page.locator("h1")).to_have_text("Second")
    expect(page.locator(OVERLAY)).to_have_count(0)
    assert "modelpress" not in (tmp_path / "site" / "index.html").read_text().lower()


def test_a_failed_first_build_gives_way_to_the_site(server: SiteServer, page: Page) -> None:
    server.root, site = None, server.root
    server.live.failed(ERROR)
    page.goto(server.url)
    expect(page.get_by_role("alert")).to_contain_text("docs/index.md:3")
    server.root = site
    server.live.built()
    expect(page.locator("h1")).to_have_text("First")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_error_is_legible_under_a_strict_policy(
    server: SiteServer, browser: Browser, scheme: str
) -> None:
    assert server.root is not None
    index = server.root / "index.html"
    policy = "default-src 'self'; script-src 'self'; style-src 'self'"
    tag = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">'
    index.write_text(index.read_text().replace("<head>", tag))
    server.live.failed(ERROR)
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(server.url)
    expect(page.get_by_role("alert")).to_be_visible()
    ratios = page.locator(OVERLAY).evaluate(CONTRAST)
    assert len(ratios) > 5
    assert min(ratios) >= 4.5
    page.close()
