"""Faults of what is fetched, rows of docs/reference/faults.md: what the reader sees."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.breaking import NONE_IN_PAGE
from tests.browser.figures import choose, figure, part, wait_for
from tests.browser.host import Host, hosting
from tests.browser.watching import Watched, answered, bump
from tests.server import Line

DAMAGES = ("altered", "truncated", "extended", "empty", "swapped", "html", "missing")
# How each file of a model comes to be used, by its name in the manifest.
USES = {
    "golden.json": "load(slug, { backend: 'cpu' })",
    "graph/model.json": "load(slug, { backend: 'cpu' })",
    "graph/weights.bin": "load(slug, { backend: 'cpu' })",
    "layers/model.json": "inside(slug)",
    "layers/weights.bin": "inside(slug)",
    "live/live.json": "trainer(slug)",
    "live/live.bin": "trainer(slug)",
    "live/take.keras": "trainer(slug).then((trainer) => trainer.take('keras'))",
    "epochs/epochs.bin": "epochs(slug).then((epochs) => epochs.at(epochs.epochs[0]))",
    "details/figure": "load(slug, { backend: 'cpu' })",
    "details/history": "details(slug)",
    "details/report": "details(slug)",
}
FIRST = (
    "graph/weights.bin",
    "golden.json",
    "live/live.bin",
    "details/figure",
)  # the others are slow tests
NOT_USED = {"model.keras", "source.py", "mistakes.png", "weights.png"}  # links and pictures


@pytest.fixture(autouse=True)
def fetched(page: Page) -> None:
    page.add_init_script(NONE_IN_PAGE)


@pytest.fixture
def host(kinds_project: Path) -> Iterator[Host]:
    with hosting(kinds_project / "site") as served:
        yield served


def models_of(folder: Path) -> dict[str, Any]:
    models: dict[str, Any] = json.loads((folder / "models/manifest.json").read_text())["models"]
    return models


def url_of(entry: dict[str, Any], name: str) -> str:
    """Of a model's file by its name, or of a detail file by what it holds."""
    detail = entry["details"].get(name.removeprefix("details/"), name)
    return str(entry["files"][detail]["url"])


def damaged(folder: Path, name: str, damage: str, slug: str, other: str) -> tuple[int, str, bytes]:
    """Status, type and content in the place of a model's file."""
    models = models_of(folder)
    content = (folder / url_of(models[slug], name)).read_bytes()
    if damage == "missing":
        return 404, "text/html", b"<h1>Not found</h1>"
    bad = {
        "altered": content[:-1] + bytes([content[-1] ^ 1]),
        "truncated": content[: len(content) // 2],
        "extended": content + b"\0",
        "empty": b"",
        "swapped": (folder / url_of(models[other], name)).read_bytes(),
        "html": b"<!doctype html><title>Log in</title>".ljust(len(content)),
    }[damage]
    assert bad != content
    return 200, "text/html" if damage == "html" else "application/octet-stream", bad


def test_every_kind_of_file_is_tried(built_site: Path) -> None:
    names = {
        re.sub(r"^(details/[a-z]+)-[0-9a-f]{12}\.json$", r"\1", name)
        for entry in models_of(built_site).values()
        for name in entry["files"]
    }
    assert names - NOT_USED == set(USES)


@pytest.mark.engines
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in FIRST else pytest.mark.slow) for n in USES],
)
def test_a_damaged_file_is_a_sentence_and_never_an_answer(
    name: str, training_project: Path, page: Page
) -> None:
    failing = "then(() => null, ({ name, message }) => [name, message])"
    ask = f"(slug) => modelpress.{USES[name]}.{failing}"
    with hosting(training_project / "site") as host:
        url = url_of(models_of(host.folder)["gate"], name)
        page.goto(f"{host.url}/index.html")
        page.add_script_tag(url="/assets/modelpress/modelpress.js", type="module")
        page.wait_for_function("globalThis.modelpress")
        for damage in DAMAGES:
            host.wrong[url] = damaged(host.folder, name, damage, "gate", "line")
            found = page.evaluate(ask, "gate")
            assert found, f"{damage} {name} was taken"
            kind, message = found
            assert kind == "ModelpressError"
            assert url in message
            assert ("404" if damage == "missing" else "integrity check failed") in message
        host.wrong.clear()
        assert page.evaluate(ask, "gate") is None  # a file that failed is not remembered


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"<p>Log in</p>", b"[]", b"null", b'{"models": 3}', b""])
def test_a_manifest_that_is_none_is_a_sentence(content: bytes, host: Host, page: Page) -> None:
    host.wrong["models/manifest.json"] = (200, "text/html", content)
    page.goto(f"{host.url}/index.html")
    page.add_script_tag(url="/assets/modelpress/modelpress.js", type="module")
    page.wait_for_function("globalThis.modelpress")
    ask = "modelpress.load('bump').then(() => null, ({ name, message }) => [name, message])"
    kind, message = page.evaluate(ask)
    assert kind == "ModelpressError"
    assert "models/manifest.json is not the file that was built" in message
    host.wrong.clear()
    assert page.evaluate(ask) is None


def test_a_manifest_of_another_version_is_a_sentence(host: Host, page: Page) -> None:
    content = json.loads((host.folder / "models/manifest.json").read_text())
    page.goto(f"{host.url}/index.html")
    page.add_script_tag(url="/assets/modelpress/modelpress.js", type="module")
    page.wait_for_function("globalThis.modelpress")
    ask = "modelpress.load('bump').then(() => null, ({ name, message }) => [name, message])"
    for version in (1, 3, None):
        changed = json.dumps({**content, "schema": version}).encode()
        host.wrong["models/manifest.json"] = (200, "application/json", changed)
        kind, message = page.evaluate(ask)
        assert kind == "ModelpressError"
        shown = "null" if version is None else str(version)
        assert f"has version {shown} of the schema; these scripts read version 2" in message
    host.wrong.clear()
    assert page.evaluate(ask) is None


def test_the_values_of_a_curve_do_not_come(training_project: Path, page: Page) -> None:
    """The curve stays; the reading says why, and the next visit tries again."""
    with hosting(training_project / "site") as host:
        entry = models_of(host.folder)["gate"]
        url = url_of(entry, "details/history")
        host.wrong[url] = damaged(host.folder, "details/history", "altered", "gate", "line")
        page.goto(f"{host.url}/curves/")
        chart = page.locator('.mp-chart[data-model="gate"]').first
        reading, slider = part(chart, "reading"), chart.get_by_role("slider")
        drawn = reading.inner_text()
        assert url not in host.asked  # not before a reader points at it
        slider.press("Home")
        expect(chart).to_have_attribute("data-state", "failed")
        expect(reading).to_contain_text(f"{url} is not the file that was built")
        expect(chart.locator("svg path").first).to_be_attached()
        slider.blur()
        expect(reading).to_have_text(drawn)
        host.wrong.clear()
        slider.press("Home")
        expect(chart).to_have_attribute("data-state", "ready")
        expect(reading).to_have_text(re.compile(r"^Epoch 1: "))


@pytest.mark.engines
@pytest.mark.parametrize(
    "damage", ["html", *(pytest.param(d, marks=pytest.mark.slow) for d in ("missing", "swapped"))]
)
def test_a_figure_without_its_weights_says_so(
    damage: str, host: Host, page: Page, watched: Watched
) -> None:
    name = "graph/weights.bin"
    url = models_of(host.folder)["bump"]["files"][name]["url"]
    host.wrong[url] = damaged(host.folder, name, damage, "bump", "gate")
    page.goto(f"{host.url}/bump/")
    element = figure(page, "bump")
    wait_for(page, "bump", state="error")
    expect(part(element, "chip-text")).to_have_text("Python's prediction · not live here")
    said = "404" if damage == "missing" else "is not the file that was built"
    expect(part(element, "error")).to_contain_text(said)
    expect(part(element, "error")).to_contain_text("What you see is Python's prediction")
    expect(part(element, "reading")).to_have_text(f"1\u202fs gives {bump(1):.2f}.")
    assert host.asked.count(url) == 1  # not once a backend
    host.wrong.clear()
    part(element, "error").get_by_role("button", name="Try again").click()
    wait_for(page, "bump", state="ready")


@pytest.mark.slow
def test_a_connection_dropped_at_every_tenth(
    built_site: Path, context: BrowserContext, page: Page
) -> None:
    """The weights of a network of half a million links, cut at 0 %, 10 % … 90 %, then restored."""
    with hosting(built_site) as host:
        url = models_of(host.folder)["digits"]["files"]["graph/weights.bin"]["url"]
        host.cut[url] = 0
        page.goto(f"{host.url}/models/digits/")
        element = figure(page, "digits")
        python = part(element, "reading").inner_text()
        asked = 0
        for tenth in range(10):
            expect(part(element, "error")).to_contain_text(
                re.compile(r"could not be fetched|is not the file that was built")
            )
            expect(element).to_have_attribute("state", "error")
            assert part(element, "reading").inner_text() == python
            assert host.asked.count(url) > asked
            asked = host.asked.count(url)
            host.cut[url] = (tenth + 1) / 10
            if tenth == 9:
                host.cut.clear()
            part(element, "error").get_by_role("button", name="Try again").click()
        wait_for(page, "digits", state="ready")
        expect(part(element, "reading")).to_have_text(python)
        expect(part(element, "error")).to_be_empty()


@pytest.mark.slow
def test_a_tab_closed_midway_on_a_slow_line(built_site: Path, context: BrowserContext) -> None:
    with hosting(built_site) as host:
        url = models_of(host.folder)["digits"]["files"]["graph/weights.bin"]["url"]
        host.line = Line(bits_per_s=16e6, latency_s=0)
        left = context.new_page()
        with left.expect_request(f"**/{url}"):
            left.goto(f"{host.url}/models/digits/", wait_until="commit")
        host.line.bits_per_s = 1e6  # two and a half megabytes are on their way
        left.close()
        host.line = None
        page = context.new_page()
        page.goto(f"{host.url}/models/digits/")
        written = (built_site / "models/digits/index.html").read_text()
        python = re.search(r'data-part="reading">([^<]+)<', written)
        assert python is not None
        wait_for(page, "digits", state="ready")
        expect(part(figure(page, "digits"), "reading")).to_have_text(html.unescape(python[1]))


@pytest.mark.engines
@pytest.mark.parametrize("how", ["blocked", pytest.param("gone", marks=pytest.mark.slow)])
def test_the_entry_does_not_come(how: str, host: Host, page: Page, watched: Watched) -> None:
    """Blocked, or a page of an earlier build asks for a script that is no longer there."""
    pattern = re.compile(r"/assets/modelpress/first-[0-9A-F]{8}\.js")
    page.route(
        pattern,
        lambda route: (
            route.abort()
            if how == "blocked"
            else route.fulfill(status=404, body="", content_type="text/javascript")
        ),
    )
    page.goto(f"{host.url}/bump/")
    element = figure(page, "bump")
    late = element.locator(".mp-late")
    expect(late).to_be_hidden()
    before = element.bounding_box()
    page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")
    expect(late).to_be_visible()
    expect(late).to_contain_text("The answer shown is Python’s, for the starting input.")
    expect(part(element, "chip-text")).to_have_text("Python's prediction")
    expect(part(element, "reading")).to_have_text(f"1\u202fs gives {bump(1):.2f}.")
    page.unroute(pattern)
    page.reload()
    wait_for(page, "bump", state="ready")
    expect(late).to_be_hidden()
    after = element.bounding_box()
    assert before is not None
    assert after is not None
    assert before["height"] == after["height"]


@pytest.mark.engines
def test_a_chunk_does_not_come(
    host: Host, page: Page, page_errors: list[str], watched: Watched
) -> None:
    """A script that the figure needs: browsers keep that it failed, so the page is loaded again."""
    bundle = json.loads((host.folder.parent / ".modelpress/site.json").read_text())["bundle"]
    url = bundle["first"]["scripts"][bundle["preload"]["output:curve"][0]]
    page.route(f"**/{url}", lambda route: route.abort())
    page.goto(f"{host.url}/bump/")
    element = figure(page, "bump")
    wait_for(page, "bump", state="error")
    expect(part(element, "error")).to_contain_text("One of the page's scripts could not be loaded")
    page.unroute(f"**/{url}")
    part(element, "error").get_by_role("button", name="Load the page again").click()
    wait_for(page, "bump", state="ready")


@pytest.mark.slow
@pytest.mark.parametrize("script", ["trainer", "epochs", "layers"])
def test_a_control_whose_script_does_not_come_says_so(
    script: str, training_url: str, page: Page
) -> None:
    page.route(f"**/assets/modelpress/{script}-*.js", lambda route: route.abort())
    page.goto(f"{training_url}/{'epochs' if script == 'epochs' else 'gate'}/")
    wait_for(page, "gate", state="ready")  # the rest of the page lives
    element = page.locator(f"modelpress-{script}").first
    expect(element).to_contain_text("One of the page's scripts could not be loaded")
    expect(element).to_contain_text("What you see was computed in Python.")


@pytest.mark.slow
@pytest.mark.engines
def test_the_worker_does_not_come(host: Host, page: Page, watched: Watched) -> None:
    """The CPU answers on the page, and the others there as well."""
    page.context.route("**/assets/modelpress/worker-*.js", lambda route: route.abort())
    page.goto(f"{host.url}/bump/")
    wait_for(page, "bump", state="ready")
    choose(page, "bump", "webgl")
    assert page.workers == []
    element = figure(page, "bump")
    answered(page, "0.5")
    part(element, "chip").locator("summary").click()
    element.get_by_text("WASM", exact=True).first.click()
    wait_for(page, "bump", backend="wasm")
    answered(page, "0.75")
    assert page.workers == []


def test_scripts_are_off(kinds_url: str, kinds_project: Path, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{kinds_url}/bump/")
        element = figure(page, "bump")
        expect(part(element, "reading")).to_have_text(f"1\u202fs gives {bump(1):.2f}.")
        expect(part(element, "chip-text")).to_have_text("Python's prediction")
        expect(element.locator(".mp-noscript")).to_contain_text("computed by the trained model")
        expect(element.locator(".mp-late")).to_be_hidden()
