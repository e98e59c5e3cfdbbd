"""A site that is kept on the device: without a connection, removed, renewed, damaged, full."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.figures import violations
from tests.browser.host import Host, hosting
from tests.browser.resting import RESTS
from tests.offline_site import renewed_site

KEPT = "html[data-offline=kept]"
CONTROL = "modelpress-offline"


@pytest.fixture
def host(offline_project: Path) -> Iterator[Host]:
    with hosting(offline_project / "site") as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab whose service workers run, unlike those of the other tests."""
    with browser.new_context(service_workers="allow") as context:
        context.add_init_script(RESTS)
        context.set_default_timeout(60_000)
        yield context.new_page()


@pytest.fixture
def renewed(offline_project: Path, tmp_path: Path) -> Path:
    """The next build of the site."""
    return renewed_site(offline_project, tmp_path / "site")


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(KEPT)


LEAVES = """() => {
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SAVES = """Object.defineProperty(navigator, "connection", { value: { saveData: true } });"""
KEEPS = "caches.keys().then((names) => Promise.all(names.map(async (name) => (await (await"
KEEPS += " caches.open(name)).keys()).map(({ url }) => url)))).then((urls) => urls.flat()"
KEEPS += ".filter((url) => !url.endsWith('/modelpress-offline-state')))"


@pytest.fixture
def starting(browser: Browser) -> Iterator[Page]:
    """A tab whose service workers run, and in which time passes as for readers."""
    with browser.new_context(service_workers="allow") as context:
        context.set_default_timeout(60_000)
        yield context.new_page()


def answers(page: Page) -> None:
    """The model on the page answers, proven against its golden cases."""
    expect(page.locator("modelpress-model")).to_have_attribute("state", "ready")
    expect(page.locator("[data-part=chip-text]").first).to_contain_text("equals Python")


@pytest.mark.engines
def test_a_visited_page_works_without_a_connection(host: Host, page: Page) -> None:
    visit(page, f"{host.url}/line/")
    host.down = True
    page.reload()
    answers(page)
    page.locator("modelpress-model input[type=number]").first.fill("0.5")
    expect(page.locator("modelpress-model [data-part=reading]")).to_contain_text("0.5")
    page.goto(f"{host.url}/line")  # without its slash, as people type it
    answers(page)


def test_a_page_that_was_not_visited_says_which_were(host: Host, page: Page) -> None:
    visit(page, f"{host.url}/line/")
    host.down = True
    page.goto(f"{host.url}/softmax/")
    expect(page.get_by_role("heading")).to_have_text("This page is not on this device")
    expect(page.get_by_role("link")).to_have_text(["line/"])
    page.get_by_role("link").click()
    answers(page)


@pytest.mark.engines
def test_the_whole_site_is_taken_and_removed(host: Host, page: Page) -> None:
    listing = json.loads((host.folder / "offline.json").read_text())
    page.goto(f"{host.url}/offline/")
    control = page.locator(CONTROL)
    take, status = control.locator("[data-part=take]"), control.locator("[data-part=status]")
    expect(take).to_have_text(re.compile(r"^Download the whole site \(\S+\s[kM]B( more)?\)$"))
    page.wait_for_selector(KEPT)
    take.click()
    expect(control).to_have_attribute("state", "whole")
    expect(status).to_contain_text(f"{listing['files']} of {listing['files']} files are kept")
    host.down = True
    for url in ("line/", "", "softmax/"):
        page.goto(f"{host.url}/{url}")
        expect(page.locator("h1").first).not_to_have_text("This page is not on this device")
    page.wait_for_selector("modelpress-explore[state=ready]")
    page.goto(f"{host.url}/offline/")
    host.down = False
    control.locator("[data-part=remove]").click()
    expect(status).to_have_text("Nothing is kept on this device.")
    page.goto(f"{host.url}/line/")
    answers(page)  # from the network, and nothing is kept again unasked
    page.goto(f"{host.url}/offline/")
    expect(status).to_have_text("Nothing is kept on this device.")


@pytest.mark.engines
def test_a_newer_build_waits_until_the_reader_lets_it_in(
    host: Host, page: Page, renewed: Path
) -> None:
    visit(page, f"{host.url}/line/")
    host.folder = renewed
    page.reload()
    bar = page.locator(".mp-update")
    # All of it is fetched first.
    expect(bar).to_contain_text("A newer version of this site is ready.")
    expect(page.locator("h1")).to_have_text("line")
    answers(page)
    assert not page.locator("script[src*=NEWER]").count()
    bar.get_by_text("Reload").click()
    expect(page.locator("h1")).to_have_text("line, renewed")
    answers(page)
    assert page.locator("script[src*=NEWER]").count()
    host.down = True
    page.reload()
    expect(page.locator("h1")).to_have_text("line, renewed")
    answers(page)


@pytest.mark.slow
def test_another_tab_is_told_of_the_newer_build(host: Host, page: Page, renewed: Path) -> None:
    visit(page, f"{host.url}/line/")
    other = page.context.new_page()
    visit(other, f"{host.url}/line/")
    host.folder = renewed
    page.reload()
    page.locator(".mp-update").get_by_text("Reload").click()
    expect(page.locator("h1")).to_have_text("line, renewed")
    expect(other.locator(".mp-update")).to_contain_text("Another tab has loaded a newer version")
    expect(other.locator("h1")).to_have_text("line")
    # What the older tab still has to load comes from its own build.
    old = other.locator("script[src*=first-]").first.evaluate("script => script.src")
    assert other.evaluate("url => fetch(url).then(answer => answer.status)", old) == 200
    other.locator(".mp-update").get_by_text("Reload").click()
    expect(other.locator("h1")).to_have_text("line, renewed")


def test_files_of_another_build_are_not_kept(host: Host, page: Page) -> None:
    """As while a site is being copied to its server, or where a proxy answers for it."""
    (listing,) = host.folder.glob("offline-*.json")
    files = json.loads(listing.read_text())["files"]
    name = next(url for url in files if url.endswith("graph/weights.bin"))
    host.wrong[name] = (200, "text/html", b"<p>Log in</p>")
    page.goto(f"{host.url}/offline/")
    page.wait_for_selector(KEPT)
    control = page.locator(CONTROL)
    control.locator("[data-part=take]").click()
    expect(control.locator("[data-part=notice]")).to_contain_text("newer version of this site")
    expect(control).to_have_attribute("state", "part")
    host.wrong.clear()
    control.locator("[data-part=take]").click()
    expect(control).to_have_attribute("state", "whole")


def test_without_the_list_of_files_the_control_says_so(host: Host, page: Page) -> None:
    """As while a site is being copied to its server; later the same button works."""
    (listing,) = host.folder.glob("offline-*.json")
    host.wrong[listing.name] = (200, "text/html", b"<p>Log in</p>")
    page.goto(f"{host.url}/offline/")
    control = page.locator(CONTROL)
    expect(control.locator("[data-part=status]")).to_have_text("Nothing is kept on this device.")
    control.locator("[data-part=take]").click()
    expect(control.locator("[data-part=notice]")).to_contain_text("newer version of this site")
    host.wrong.clear()
    control.locator("[data-part=take]").click()
    expect(control).to_have_attribute("state", "whole")


def test_a_lost_connection_is_said_and_taken_up_again(host: Host, page: Page) -> None:
    visit(page, f"{host.url}/offline/")
    control = page.locator(CONTROL)
    expect(control.locator("[data-part=take]")).to_contain_text("more")
    host.down = True
    control.locator("[data-part=take]").click()
    expect(control.locator("[data-part=notice]")).to_contain_text("connection was lost")
    host.down = False
    control.locator("[data-part=take]").click()
    expect(control).to_have_attribute("state", "whole")


def test_a_full_device_goes_on_online(host: Host, page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": host.url, "quotaSize": 100_000})
    page.goto(f"{host.url}/line/")
    answers(page)
    page.goto(f"{host.url}/offline/")
    control = page.locator(CONTROL)
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    control.locator("[data-part=take]").click()
    expect(control.locator("[data-part=notice]")).to_contain_text("no room for it")
    page.goto(f"{host.url}/line/")
    answers(page)


def test_cleared_storage_goes_on_online(host: Host, page: Page) -> None:
    visit(page, f"{host.url}/line/")
    page.evaluate("caches.keys().then(names => Promise.all(names.map(n => caches.delete(n))))")
    page.reload()
    answers(page)
    page.wait_for_selector(KEPT)


def test_without_service_workers_the_control_says_so(host: Host, browser: Browser) -> None:
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        page.goto(f"{host.url}/offline/")
        expect(page.locator(f"{CONTROL} [data-part=notice]")).to_contain_text("still works online")
        page.goto(f"{host.url}/line/")
        answers(page)


@pytest.mark.engines
def test_nothing_is_kept_while_the_page_starts(host: Host, starting: Page) -> None:
    """The page's own files are taken from the browser's cache, not requested again."""
    host.headers["ETag"] = '"1"'
    page = starting
    page.goto(f"{host.url}/line/")
    answers(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert page.evaluate(KEEPS) == []
    assert not [name for name in host.asked if name.startswith("offline-")]
    loaded = set(host.asked)
    page.evaluate(LEAVES)
    page.wait_for_selector(KEPT)
    assert page.evaluate(KEEPS)
    scripts = {name for name in loaded if name.endswith((".js", ".css")) and name != "sw.js"}
    assert scripts
    assert [name for name in scripts if host.asked.count(name) != 1] == []


def test_where_data_is_saved_files_are_kept_only_on_request(host: Host, page: Page) -> None:
    page.add_init_script(SAVES)
    page.goto(f"{host.url}/line/")
    answers(page)
    page.wait_for_load_state("load")
    page.evaluate("new Promise((rests) => requestIdleCallback(rests))")
    page.evaluate("new Promise((rests) => setTimeout(rests, 10_000))")  # passes at once
    page.evaluate(LEAVES)
    count = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    assert page.evaluate(count) == 0
    page.goto(f"{host.url}/offline/")
    control = page.locator(CONTROL)
    expect(control.locator("[data-part=take]")).to_contain_text("Download the whole site")
    control.locator("[data-part=take]").click()
    expect(control).to_have_attribute("state", "whole")
    host.down = True
    page.goto(f"{host.url}/line/")
    answers(page)


def test_a_file_that_two_names_have_is_kept_once(host: Host, page: Page) -> None:
    (listing,) = host.folder.glob("offline-*.json")
    same = json.loads(listing.read_text())["same"]
    weights = next(url for url in same if url.endswith("weights.bin"))
    page.goto(f"{host.url}/offline/")
    page.wait_for_selector(KEPT)
    page.locator(f"{CONTROL} [data-part=take]").click()
    expect(page.locator(CONTROL)).to_have_attribute("state", "whole")
    kept = page.evaluate(KEEPS)
    assert f"{host.url}/{same[weights]}" in kept
    assert f"{host.url}/{weights}" not in kept
    host.down = True
    page.reload()
    size = "url => fetch(url).then((answer) => answer.arrayBuffer()).then((b) => b.byteLength)"
    assert page.evaluate(size, f"{host.url}/{weights}") == (host.folder / weights).stat().st_size


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_control_keeps_to_its_readers(
    scheme: Literal["light", "dark"], host: Host, browser: Browser
) -> None:
    with browser.new_context(color_scheme=scheme, service_workers="allow") as context:
        context.add_init_script(RESTS)
        page = context.new_page()
        visit(page, f"{host.url}/offline/")
        # The rest of the page is test_docs.py's.
        assert violations(page, page.locator(CONTROL)) == []
        page.set_viewport_size({"width": 320, "height": 640})
        box = page.locator(CONTROL).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 320


def test_it_can_be_installed(host: Host, page: Page) -> None:
    page.goto(f"{host.url}/line/")
    session = page.context.new_cdp_session(page)
    told: dict[str, Any] = session.send("Page.getAppManifest")
    assert told["errors"] == []
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],  # a test's profile is one
    )
