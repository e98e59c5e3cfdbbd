"""Faults of a site that is kept on the device, rows of docs/reference/faults.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.breaking import NOTHING_KEPT, other_clock
from tests.browser.host import Host, hosting
from tests.browser.resting import RESTS
from tests.browser.test_offline import CONTROL, KEPT, answers, visit
from tests.browser.watching import Watched, answered, line_watch
from tests.offline_site import renewed_site
from tests.server import Line

pytestmark = pytest.mark.slow

# What a build of years ago may have left under this site's name: a page, weights and a state of
# its own, none of which is this build's.
LEFT_LONG_AGO = """async ([page, weights]) => {
  const cache = await caches.open("modelpress / 00000000long0ago");
  const html = { headers: { "content-type": "text/html" } };
  await cache.put(page, new Response("<h1>A page of years ago</h1>", html));
  await cache.put(weights, new Response(new Uint8Array(12)));
  await cache.put("/modelpress-offline-state", new Response('{"pages": "line/", "version": 1}'));
}"""


@pytest.fixture
def host(offline_project: Path) -> Iterator[Host]:
    with hosting(offline_project / "site") as served:
        yield served


@pytest.fixture
def watched(offline_project: Path) -> Watched:
    return line_watch(offline_project / "site")


@pytest.fixture
def page(browser: Browser, watched: Watched) -> Iterator[Page]:
    """A tab whose service workers run, and in which every prediction is Python's."""
    with browser.new_context(service_workers="allow") as context:
        context.set_default_timeout(60_000)
        context.add_init_script(RESTS)
        watched.start(context)
        yield context.new_page()
        watched.assert_right(context)


def weights_of(folder: Path) -> str:
    (path,) = folder.glob("models/line/*/graph/weights.bin")
    return path.relative_to(folder).as_posix()


@pytest.mark.engines
def test_what_was_left_long_ago_answers_nothing(host: Host, page: Page, watched: Watched) -> None:
    page.goto(f"{host.url}/offline.json")  # a page of the site that runs no script of it
    page.evaluate(LEFT_LONG_AGO, [f"{host.url}/line/", f"{host.url}/{weights_of(host.folder)}"])
    visit(page, f"{host.url}/line/")
    answers(page)
    expect(page.locator("h1")).to_have_text("line")
    host.down = True
    page.reload()
    answers(page)
    answered(page, "0.5", watched.python["line"])
    host.down = False
    page.reload()
    page.wait_for_selector(KEPT)
    names = page.evaluate("caches.keys()")
    assert len(names) == 1
    assert "long0ago" not in names[0]


@pytest.mark.engines
def test_a_site_kept_years_ago_stays_whole(
    host: Host, page: Page, watched: Watched, offline_project: Path, tmp_path: Path
) -> None:
    """The server has nothing of that build any more: the page is all of it, or asks to change."""
    visit(page, f"{host.url}/line/")
    host.folder = renewed_site(offline_project, tmp_path / "site", "YEARS-LATER")
    for script in (host.folder / "assets/modelpress").glob("number-*.js"):
        script.unlink()  # and of the new one, what the old page must not ask for
    page.reload()
    answers(page)
    answered(page, "-0.5", watched.python["line"])
    expect(page.locator("h1")).to_have_text("line")
    assert not page.locator("script[src*=YEARS-LATER]").count()


def test_something_else_answers_for_the_list_of_files(
    host: Host, page: Page, watched: Watched
) -> None:
    """A log-in page with status 200: it is not kept, and the site goes on online."""
    (listing,) = host.folder.glob("offline-*.json")
    host.wrong[listing.name] = (200, "text/html", b"<p>Log in</p>")
    page.goto(f"{host.url}/line/")
    answers(page)
    page.wait_for_function("navigator.serviceWorker.getRegistration().then((r) => !r?.installing)")
    assert page.evaluate("document.documentElement.dataset.offline") is None
    host.wrong.clear()
    visit(page, f"{host.url}/line/")
    host.down = True
    page.reload()
    answers(page)


@pytest.mark.engines
def test_a_tab_closed_while_it_is_kept(host: Host, page: Page, watched: Watched) -> None:
    """Nothing half kept is taken for whole; the next visit goes on."""
    host.line = Line(bits_per_s=20e6, latency_s=0)
    left = page.context.new_page()
    left.goto(f"{host.url}/line/", wait_until="load")
    left.wait_for_function("navigator.serviceWorker.getRegistration().then(Boolean)")
    host.line.bits_per_s = 1e6
    left.close()
    host.line = None
    visit(page, f"{host.url}/line/")
    host.down = True
    page.reload()
    answers(page)
    answered(page, "0.5", watched.python["line"])


@pytest.mark.parametrize("years", [-60, 80])
def test_the_clock_is_wrong_and_the_site_is_kept(
    years: int, host: Host, page: Page, watched: Watched
) -> None:
    page.context.add_init_script(other_clock(years))
    visit(page, f"{host.url}/line/")
    host.down = True
    page.reload()
    answers(page)
    answered(page, "0.5", watched.python["line"])


@pytest.mark.engines
def test_a_private_window_keeps_nothing_and_says_so(
    host: Host, page: Page, watched: Watched, browser_name: str
) -> None:
    page.context.add_init_script(NOTHING_KEPT)
    page.goto(f"{host.url}/offline/")
    expect(page.locator(f"{CONTROL} [data-part=notice]")).to_contain_text("still works online")
    page.goto(f"{host.url}/line/")
    answers(page)
    answered(page, "0.5", watched.python["line"])
    assert page.evaluate("document.documentElement.dataset.offline") is None
