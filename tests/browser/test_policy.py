"""A themed site under the Content-Security-Policy that its build writes: nothing is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from modelpress.site.publish.policy import POLICY
from tests.browser.embedding import POLICY as EMBEDDING
from tests.browser.embedding import snippet, wait_until_live, write_page
from tests.browser.figures import choose, choose_in, figure, part, wait_for
from tests.browser.host import Host, hosting
from tests.browser.resting import RESTS
from tests.browser.test_archive import PREDICT, TRAIN, golden, search_finds_first
from tests.built import built_once
from tests.training_site import readers_site

OPTIONS = """\
plugins:
  - search
  - modelpress:
      offline: true
      policy: true
markdown_extensions:
  - tables
"""
PAGES = {
    "offline": "# Offline\n\n```offline\n```\n",
    # A table's alignment is a style attribute; a script and a style of the author's own.
    "deep/own": "# Own\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n\n"
    '<script>document.documentElement.dataset.own = "ran";</script>\n'
    "<style>h1 { outline: 3px solid red; }</style>\n"
    "<button onclick=\"this.textContent = 'pressed'\">Press</button>\n",
}
# Workers have policies of their own, and tell on the console.
REFUSED = ("Content Security Policy", "Content-Security-Policy")
WATCH = """
document.addEventListener("securitypolicyviolation", (event) => {
  const { effectiveDirective, blockedURI, sample } = event;
  tellRefused(`${effectiveDirective} ${blockedURI} ${sample} on ${location.pathname}`);
});
"""

# Resolves when the page has been told of both.
INJECT = """() => new Promise((done) => {
  const awaited = new Set(["script-src-elem", "style-src-elem"]);
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
    awaited.delete(effectiveDirective);
    if (awaited.size === 0) done();
  });
  for (const [tag, textContent] of [["script", "window.ran = 1"], ["style", "p { color: red }"]])
    document.body.append(Object.assign(document.createElement(tag), { textContent }));
})"""


def write_policy_site(trained: Path) -> Callable[[Path], object]:
    """A copy of the finished project `trained`: what is cached there stays cached."""

    def write(folder: Path) -> None:
        config = folder / "mkdocs.yml"
        text = readers_site(trained, folder)
        assert "plugins:\n  - modelpress\n" in text
        config.write_text(text.replace("plugins:\n  - modelpress\n", OPTIONS))
        for name, page in PAGES.items():
            path = folder / f"docs/{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(page)

    return write


@pytest.fixture
def host(tmp_path_factory: pytest.TempPathFactory, training_project: Path) -> Iterator[Host]:
    """The site, every file of it sent with the policy, which every page also has in its head."""
    write = write_policy_site(training_project)
    project = built_once(tmp_path_factory, "policy", write, "--no-browser")
    with hosting(project / "site") as served:
        served.headers["Content-Security-Policy"] = (project / "site" / POLICY).read_text().strip()
        yield served


@pytest.fixture
def refused() -> list[str]:
    """What the policy refused, on pages and in workers."""
    return []


@pytest.fixture
def page(browser: Browser, refused: list[str]) -> Iterator[Page]:
    """A tab whose service workers run."""
    with browser.new_context(service_workers="allow") as context:
        context.set_default_timeout(60_000)
        context.expose_function("tellRefused", lambda text: refused.append(text))
        context.add_init_script(WATCH + RESTS)
        context.on(
            "console",
            lambda entry: (
                refused.append(entry.text)
                if any(words in entry.text for words in REFUSED)
                else None
            ),
        )
        yield context.new_page()


@pytest.mark.engines
def test_everything_works_under_the_sites_policy(
    host: Host, page: Page, refused: list[str]
) -> None:
    page.goto(f"{host.url}/offline/")
    page.wait_for_selector("html[data-offline=kept]")
    control = page.locator("modelpress-offline")
    control.locator("[data-part=take]").click()
    expect(control).to_have_attribute("state", "whole")

    page.goto(f"{host.url}/gate/")
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    wait_for(page, "gate", state="ready", backend="exact")
    choose(page, "gate", "webgl")
    assert page.workers
    inputs, _, tolerance = golden(host.folder, "gate")
    for backend in ("cpu", "wasm", "webgl"):
        found = page.evaluate(PREDICT, ["gate", backend, inputs])
        assert found["backend"] == backend
        assert found["maxDiff"] <= tolerance
    before = part(figure(page, "gate"), "reading").inner_text()
    figure(page, "gate").locator("input[type=range]").first.press("End")
    expect(part(figure(page, "gate"), "reading")).not_to_have_text(before)
    part(page.locator("modelpress-trainer"), "step").click()
    expect(page.locator("modelpress-trainer")).to_have_attribute("step", "1")
    for backend in ("cpu", "wasm"):
        found = page.evaluate(TRAIN, ["gate", backend, 20])
        assert (found["place"], found["backend"]) == ("worker", backend)
        assert found["proof"]["passed"], found["proof"]

    page.goto(f"{host.url}/network/")
    explainer = page.locator("modelpress-explore[name=network]")
    expect(explainer).to_have_attribute("state", "ready")
    page.locator("modelpress-model input[type=number]").first.fill("0.5")
    expect(part(explainer, "reading")).to_contain_text("(0.5, 1)")
    search_finds_first(page, "then and now", "/epochs/")

    page.goto(f"{host.url}/deep/own/")
    expect(page.locator("html")).to_have_attribute("data-own", "ran")
    expect(page.locator("h1")).to_have_css("outline-style", "solid")
    page.get_by_role("button", name="Press").click()
    expect(page.get_by_role("button", name="pressed")).to_be_visible()
    expect(page.locator("td").first).to_have_css("text-align", "right")
    page.goto(f"{host.url}/404.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("404")
    assert refused == []


def test_what_the_pages_do_not_have_is_refused(host: Host, page: Page, refused: list[str]) -> None:
    """The policy is in force, as a header and in the page, and the watch tells."""
    page.goto(f"{host.url}/gate/")
    tags = page.locator("meta[http-equiv=Content-Security-Policy]")
    expect(tags).to_have_attribute("content", host.headers["Content-Security-Policy"])
    for headers in (dict(host.headers), {}):
        host.headers = headers
        page.goto(f"{host.url}/line/")
        wait_for(page, "line", state="ready")
        assert refused == []
        page.evaluate(INJECT)
        assert page.evaluate("window.ran") is None
        directives = {text.split()[0] for text in refused}
        assert {"script-src-elem", "style-src-elem"} <= directives
        refused.clear()


@pytest.mark.engines
def test_its_models_live_on_another_page_with_a_policy(
    host: Host, page: Page, refused: list[str], tmp_path: Path
) -> None:
    host.headers["Access-Control-Allow-Origin"] = "*"
    with hosting(tmp_path) as elsewhere:
        policy = EMBEDDING.replace("SITE", host.url)
        page.goto(write_page(elsewhere, snippet(host.url, "gate"), policy=policy))
        choose_in(wait_until_live(page, backend="exact"), "webgl")
    assert refused == []
