"""Hostile words and awkward file names on real pages: no word runs, and no file is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.archive_site import unpacked
from tests.browser.embedding import embedded, snippet, wait_until_live, write_page
from tests.browser.figures import figure, part, wait_for
from tests.browser.host import Host, hosting
from tests.browser.resting import RESTS
from tests.hostile_site import HOSTILE, PAGE, PAGES, PICTURE
from tests.server import serve_folder

# What a hostile word would leave behind, in the page and in shadow roots.
RAN = """() => {
  const shadows = [...document.querySelectorAll("*")].flatMap((e) => e.shadowRoot ?? []);
  const roots = [document, ...shadows];
  const made = roots.flatMap((root) => [...root.querySelectorAll(
    'img[src="x"], [onerror], [href="x.js"], a[href^="javascript:"]')].map((e) => e.outerHTML));
  return { pwned: globalThis.pwned ?? null, made };
}"""
# As old libraries do, and as a bad one would.
POLLUTED = """
for (const name of ["extend", "each", "inspect", "clone", "include", "loss", "sgd", "backend"]) {
  Object.prototype[name] = function () { throw new Error(`inherited ${name}`); };
  Array.prototype[`${name}All`] = Object.prototype[name];
}
Object.prototype.count = 7;
Array.prototype.last = 5;
Function.prototype.bindAll = String.prototype.strip = function () {};
"""


@pytest.fixture(scope="module")
def site_url(hostile_project: Path) -> Iterator[str]:
    with serve_folder(hostile_project / "site") as url:
        yield url


def address(name: str) -> str:
    return "" if name == "index" else f"{quote(name)}/"


def nothing_ran(page: Page) -> None:
    assert page.evaluate(RAN) == {"pwned": None, "made": []}


def shown(page: Page, selector: str) -> None:
    """The words stand in each of these elements as they were written."""
    texts = page.locator(selector).evaluate_all("(all) => all.map((e) => e.textContent)")
    assert texts, selector
    for text in texts:
        assert HOSTILE in text, selector


def test_no_word_runs_and_all_are_shown(site_url: str, page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for name in PAGES:
        page.goto(f"{site_url}/{address(name)}")
        for model in page.locator("modelpress-model").all():
            expect(model).to_have_attribute("state", "ready")
        nothing_ran(page)
        if name == "index":
            shown(page, ".mp-model-title")
        elif name == "model":
            shown(page, "figcaption >> nth=0")
            shown(page, ".mp-bar-label, .mp-word, .mp-slider label")
            shown(page, ".mp-card tr:has(th:text-is('Data')) td")
            page.locator("modelpress-model input[type=number]").first.fill("0.5")
            expect(part(figure(page, "classes"), "reading")).to_contain_text("0.5")
            shown(page, "modelpress-model [data-part=reading]")
        elif name == "training":
            epoch = part(page.locator("modelpress-epochs"), "range")
            expect(epoch).to_be_enabled()
            epoch.press("Home")
            expect(figure(page, "classes")).to_have_attribute("epoch", "0")
            part(page.locator("modelpress-trainer"), "step").click()
            expect(page.locator("modelpress-trainer")).to_have_attribute("step", "1")
            explainer = page.locator("modelpress-explore")
            explainer.scroll_into_view_if_needed()
            expect(explainer).to_have_attribute("state", "ready")
            explainer.locator("summary").last.click()
            shown(page, ".mp-network-labels b")
            shown(page, "modelpress-seeds figcaption")
        elif name == "tape":
            part(page.locator("modelpress-tape"), "step").click()
            expect(page.locator("modelpress-tape")).to_have_attribute("step", "1")
            shown(page, "modelpress-tape figcaption")
        elif name == "failure":
            part(page.locator("modelpress-failure"), "play").click()
            expect(page.locator("modelpress-failure")).to_have_attribute("step", "8")
            shown(page, ".mp-failure-answers tbody th, [data-part=repair], figcaption")
        elif name == "facts":
            fact = re.sub("[\u2028\u2029]+", " ", HOSTILE)  # ends of lines in Markdown
            fact = fact.replace("  ", " ")
            for element in ("h1", "td", "#raw", "figcaption"):
                text = page.locator(element).first.text_content()
                assert fact in str(text).replace("  ", " "), element
            assert str(page.locator("#raw").get_attribute("title")).replace("  ", " ") == fact
        nothing_ran(page)


def test_the_archive_of_hostile_words_and_names(
    hostile_project: Path, tmp_path_factory: pytest.TempPathFactory, page: Page
) -> None:
    stick = unpacked(tmp_path_factory, hostile_project)
    page.goto((stick / "training.html").as_uri())
    wait_for(page, "classes", state="ready")
    nothing_ran(page)
    shown(page, "modelpress-model .mp-bar-label")
    page.goto((stick / f"{PAGE}.html").as_uri())
    wait_for(page, "weight", state="ready")
    assert page.get_by_role("img", name="Picture").evaluate("(e) => e.naturalWidth") == 1
    nothing_ran(page)
    page.get_by_role("link", name="Home").last.click()
    page.locator(".mp-gallery a").last.click()
    wait_for(page, "weight", state="ready")
    assert unquote(page.url).endswith(f"/{PAGE}.html")


def test_another_sites_page_with_hostile_words_and_scripts(
    hostile_project: Path, tmp_path: Path, context: BrowserContext, page: Page
) -> None:
    context.add_init_script(POLLUTED)
    with hosting(hostile_project / "site") as site, hosting(tmp_path) as elsewhere:
        site.headers["Access-Control-Allow-Origin"] = "*"
        body = snippet(site.url, "classes") + snippet(site.url, "weight")
        page.goto(write_page(elsewhere, body))
        wait_until_live(page)
        wait_until_live(page, 1)
        nothing_ran(page)
        labels = embedded(page).locator(".mp-bar-label").all_text_contents()
        assert all(HOSTILE in label for label in labels)
        assert len(labels) == 3
        # The page that shows the model has an awkward name, in the list and in the link.
        listing = json.loads((site.folder / "models/embed.json").read_text("utf-8"))
        home = listing["models"]["weight"]["page"]
        assert unquote(home) == f"{PAGE}/"
        link = embedded(page, 1).locator(".mp-home a").get_attribute("href")
        assert unquote(str(link)) == f"{site.url}/{PAGE}/"
        assert page.request.get(str(link)).ok


def test_what_other_scripts_give_to_every_object_stops_nothing(
    site_url: str, context: BrowserContext, page: Page
) -> None:
    context.add_init_script(POLLUTED)
    page.goto(f"{site_url}/training/")
    wait_for(page, "classes", state="ready")
    trainer = page.locator("modelpress-trainer")
    part(trainer, "play").click()
    expect(trainer).to_have_attribute("state", "finished")
    expect(part(trainer, "chip-text")).to_contain_text("equals Python's")
    explainer = page.locator("modelpress-explore")
    explainer.scroll_into_view_if_needed()
    expect(explainer).to_have_attribute("state", "ready")
    for hostile, words in (
        ("classes.train=loss:each", "loss “each”"),
        ("classes.train=constructor:1,loss:constructor@1", "“constructor”"),
        ("network.explore=constructor:1", "“constructor:1”"),
        ("network.explore=__proto__:1,links:0x10", "“links:0x10”"),
    ):
        page.evaluate("(hash) => { location.hash = hash; }", hostile)
        element = trainer if hostile.startswith("classes") else explainer
        expect(part(element, "notice")).to_contain_text(words)
    explainer.locator("input[type=number]").first.fill("3")
    explainer.locator("input[type=number]").first.press("Enter")
    expect(part(explainer, "reading")).to_contain_text("3 of ")


@pytest.fixture
def host(hostile_project: Path) -> Iterator[Host]:
    with hosting(hostile_project / "site") as served:
        yield served


@pytest.mark.engines
def test_names_outside_ascii_are_kept(host: Host, browser: Browser) -> None:
    with browser.new_context(service_workers="allow") as context:
        context.add_init_script(RESTS)
        page = context.new_page()
        page.goto(f"{host.url}/{quote(PAGE)}/")
        page.wait_for_selector("html[data-offline=kept]")
        wait_for(page, "weight", state="ready")
        (path,) = host.folder.glob("offline-*.json")
        listing = json.loads(path.read_text("utf-8"))
        (url,) = (url for url in listing["pages"] if url.startswith("gr"))
        assert quote(PICTURE, safe="!~*'()") in listing["pages"][url]
        host.down = True
        page.reload()
        wait_for(page, "weight", state="ready")
        assert page.get_by_role("img", name="Picture").evaluate("(e) => e.naturalWidth") == 1
        # Spelled as an author may, who writes no more `%` than he must.
        page.goto(f"{host.url}/größe 日本 😀 50%25+%231%3F&'(a)<i>/index.html")
        wait_for(page, "weight", state="ready")
        page.goto(f"{host.url}/tape/")
        expect(page.get_by_role("heading")).to_have_text("This page is not on this device")
        link = page.get_by_role("link", name=f"{PAGE}/")
        link.click()
        wait_for(page, "weight", state="ready")
