"""A model in another site's page: under its policy, beside others, removed, in trouble."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.embedding import (
    AWKWARD,
    POLICY,
    embedded,
    results,
    snippet,
    started,
    wait_until_live,
    write_page,
)
from tests.browser.figures import choose_in, part, violations
from tests.browser.host import Host, hosting


@pytest.fixture
def site(kinds_project: Path) -> Iterator[Host]:
    """Publishes the models, as hosts do that let other sites read them."""
    with hosting(kinds_project / "site") as host:
        host.headers["Access-Control-Allow-Origin"] = "*"
        yield host


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Host]:
    with hosting(tmp_path) as host:
        yield host


def in_golden_cases(page: Page, site: Host, slug: str) -> float:
    """The largest difference from Python's predictions, by this page's scripts of the site."""
    manifest = json.loads((site.folder / "models/manifest.json").read_text())
    entry = manifest["models"][slug]
    golden = json.loads((site.folder / entry["base"] / entry["golden"]).read_text())
    found: float = page.evaluate(
        """async ([url, slug, { inputs, outputs }]) => {
          const { load } = await import(url);
          const { values } = await (await load(slug, { backend: "cpu" })).predict(inputs);
          return Math.max(...outputs.flat().map((value, i) => Math.abs(value - values[i])));
        }""",
        [f"{site.url}/assets/modelpress/modelpress.js", slug, golden],
    )
    return found / float(entry["tolerance"])


@pytest.mark.engines
def test_under_a_strict_policy_it_answers_as_python_does(
    page: Page, page_errors: list[str], site: Host, elsewhere: Host
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    policy = POLICY.replace("SITE", site.url)
    page.goto(write_page(elsewhere, snippet(site.url, "opposite"), policy=policy))
    figure = wait_until_live(page, backend="exact")
    expect(part(figure, "chip-text")).to_contain_text("equals Python")
    part(figure, "hex").fill("#1e140a")
    page.wait_for_function("() => seen.some(({ detail }) => detail.text === '#1e140a')")
    answer = results(page, "opposite")[-1]["output"]
    assert answer == pytest.approx([280 - 1.2 * value for value in (30, 20, 10)], abs=1e-4)
    assert in_golden_cases(page, site, "opposite") <= 1
    assert page.evaluate("refused") == []
    assert page_errors == []
    assert all(url.startswith((site.url, elsewhere.url, "data:", "blob:")) for url in asked), asked
    # What compiles WASM was not allowed: chosen, it is refused in words, and the others go on.
    figure.locator(".mp-chip > summary").click()
    figure.locator("input[value=wasm]").check(force=True)
    expect(part(figure, "refusal")).to_contain_text("Exact engine answers instead", timeout=60_000)
    expect(part(figure, "refusal")).to_contain_text('"wasm" is not available here')
    expect(figure).to_have_attribute("backend", "exact")
    page_errors.clear()  # Firefox counts what a policy refuses as an error of the page


@pytest.mark.engines
def test_where_no_worker_may_run_the_page_computes(
    page: Page, page_errors: list[str], site: Host, elsewhere: Host
) -> None:
    """No worker, and no HTML from strings that nobody vouches for."""
    policy = POLICY.replace("worker-src blob: SITE", "worker-src 'none'").replace("SITE", site.url)
    trusted = "; require-trusted-types-for 'script'; trusted-types modelpress"
    page.goto(write_page(elsewhere, snippet(site.url, "gate"), policy=policy + trusted))
    figure = wait_until_live(page, backend="exact")
    choose_in(figure, "webgl")
    start, answer = started(figure)
    told = results(page, "gate")[-1]
    assert told["input"] == pytest.approx(start)
    assert told["output"] == pytest.approx(answer, abs=1e-5)
    assert told["backend"] == "webgl"
    assert in_golden_cases(page, site, "gate") <= 1
    refused = [each.split()[0] for each in page.evaluate("refused")]
    assert set(refused) <= {"worker-src", "require-trusted-types-for"}
    page_errors.clear()  # Firefox counts them as errors of the page


def test_two_sites_on_a_page_keep_apart(
    page: Page, site: Host, elsewhere: Host, training_project: Path
) -> None:
    """Each element is its own site's, two of one site share its scripts, and the page's own
    `modelpress` and TensorFlow.js are not touched."""
    with hosting(training_project / "site") as other:
        other.headers["Access-Control-Allow-Origin"] = "*"
        own = b"window.modelpress = { version: 'own' }; _tfengine = _tfGlobals = 'own';"
        elsewhere.wrong["own.js"] = (200, "text/javascript", own)
        body = '<script src="own.js"></script>' + "".join(
            [
                snippet(site.url, "gate"),
                snippet(other.url, "gate"),
                snippet(site.url, "bump"),
                f'<modelpress-embed model="line" site="{other.url}"></modelpress-embed>',
            ]
        )
        page.goto(write_page(elsewhere, body))
        for place in range(4):
            figure = wait_until_live(page, place)
            assert figure.evaluate("figure => figure.getAttribute('max-diff') < 1e-4")
        titles = [embedded(page, place).locator("figcaption").inner_text() for place in range(4)]
        assert titles == ["Exclusive or", "Gate", "A bump", "Line"]
        for place, slug, published in ((2, "bump", site), (3, "line", other)):
            _, answer = started(embedded(page, place))
            assert results(page, slug)[0]["output"] == pytest.approx(answer, abs=1e-4)
            scripts = [name for name in published.asked if "/main-" in name]
            assert len(scripts) == 1
        tags = {
            embedded(page, place).evaluate("({ localName }) => localName") for place in range(4)
        }
        assert len(tags) == 2
        kept = page.evaluate("[modelpress.version, _tfengine, _tfGlobals]")
        assert kept == ["own", "own", "own"]
        assert in_golden_cases(page, site, "gate") <= 1
        assert in_golden_cases(page, other, "gate") <= 1


def test_the_first_of_two_copies_is_kept(
    page: Page, site: Host, elsewhere: Host, training_project: Path
) -> None:
    """Two sites' whole scripts in one page, as where two pages were copied into one."""
    with hosting(training_project / "site") as other:
        other.headers["Access-Control-Allow-Origin"] = "*"
        url = "/assets/modelpress/modelpress.js"
        body = "".join(
            f'<script type="module" src="{published.url}{url}"></script>'
            for published in (site, other)
        )
        page.goto(write_page(elsewhere, body))
        page.wait_for_function("() => globalThis.modelpress")
        said = page.evaluate(
            """async ([first, second]) => {
              const [one, two] = [await import(first), await import(second)];
              const wrong = await modelpress.load("weight").catch((error) => error.message);
              const right = await (await two.load("weight", { backend: "cpu" })).predict(3);
              return { kept: modelpress.load === one.load, wrong, right: right.values };
            }""",
            [site.url + url, other.url + url],
        )
        assert said["kept"]
        assert 'no model "weight"' in said["wrong"]
        assert said["right"] == pytest.approx([-3], abs=0.1)


TENSORS = """async (url) => {
  const { prove } = await import(url);
  return (await prove("gate", { backend: "webgl" })).tensorsBefore;
}"""


@pytest.mark.engines
def test_added_and_removed_it_leaves_nothing_behind(
    page: Page, site: Host, elsewhere: Host
) -> None:
    page.goto(write_page(elsewhere, snippet(site.url, "gate")))
    wait_until_live(page)
    url = f"{site.url}/assets/modelpress/modelpress.js"
    page.wait_for_function(f"async (url) => await ({TENSORS})(url) > 0", arg=url)
    left = page.evaluate(
        """async () => {
          const element = document.querySelector("modelpress-embed");
          const place = element.parentNode;
          for (let i = 0; i < 80; i++) {
            element.remove();
            if (i % 2) await new Promise((resolve) => setTimeout(resolve, i % 7));
            place.append(element);
            if (i % 3) await new Promise((resolve) => setTimeout(resolve, i % 5));
          }
          element.remove();
          await new Promise((resolve) => setTimeout(resolve));
          return [...element.shadowRoot.children].map(({ localName }) => localName);
        }"""
    )
    assert left == ["slot"]
    page.wait_for_function(f"async (url) => await ({TENSORS})(url) === 0", arg=url)
    page.evaluate(
        """([site]) => {
          const element = document.createElement("modelpress-embed");
          element.setAttribute("model", "bump");
          document.querySelector("main").append(element);
          element.setAttribute("model", "gate"); // an element of another model after all
        }""",
        [site.url],
    )
    figure = wait_until_live(page)
    assert figure.get_attribute("model") == "gate"
    expect(page.locator("modelpress-embed .mp-embedded")).to_have_count(1)


def test_pythons_answer_comes_first_and_nothing_moves(
    page: Page, context: BrowserContext, site: Host, elsewhere: Host
) -> None:
    held: list[Any] = []
    context.route("**/main-*.js", lambda route: held.append(route))
    page.goto(write_page(elsewhere, snippet(site.url, "gate")))
    figure = embedded(page)
    expect(part(figure, "reading")).to_contain_text("gives")
    expect(part(figure, "chip-text")).to_have_text("Python's prediction")
    before = (figure.bounding_box(), part(figure, "reading").inner_text())
    assert held
    assert figure.evaluate("figure => !figure.matches(':defined')")
    for route in held:
        route.continue_()
    context.unroute("**/main-*.js")
    wait_until_live(page)
    assert (figure.bounding_box(), part(figure, "reading").inner_text()) == before


def test_the_page_around_changes_nothing_and_is_not_changed(
    page: Page, context: BrowserContext, site: Host, elsewhere: Host
) -> None:
    """On a small phone, in both schemes, under styles that would wreck it; by keyboard."""
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(write_page(elsewhere, snippet(site.url, "gate")))
    box = wait_until_live(page).bounding_box()
    page.goto(write_page(elsewhere, snippet(site.url, "gate"), style=AWKWARD))
    figure = wait_until_live(page)
    after = figure.bounding_box()
    assert box is not None
    assert after is not None
    assert (after["width"], after["height"]) == (box["width"], box["height"])
    page.goto(write_page(elsewhere, snippet(site.url, "gate")))
    figure = wait_until_live(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    figure.locator(".mp-chip > summary").click()
    papers = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("modelpress-embed .mp-root")).to_have_attribute(
            "data-md-color-scheme", "slate" if scheme == "dark" else "default"
        )
        assert violations(page) == []
        papers.append(figure.locator("figure").evaluate("f => getComputedStyle(f).backgroundColor"))
    assert papers == ["rgb(252, 251, 248)", "rgb(23, 23, 21)"]
    page.locator("modelpress-embed").evaluate("element => element.setAttribute('scheme', 'light')")
    expect(page.locator("modelpress-embed .mp-root")).to_have_attribute(
        "data-md-color-scheme", "default"
    )
    reading = part(figure, "reading").inner_text()
    figure.locator("input[type=range]").first.focus()
    page.keyboard.press("End")
    expect(part(figure, "reading")).not_to_have_text(reading)
    # A link to this state is to the model's own page, and this page's address stays as it is.
    address = page.url
    part(figure, "copy").click()
    expect(part(figure, "notice")).to_contain_text("link to this state", ignore_case=True)
    assert page.url == address
    home = str(figure.get_attribute("data-home"))
    assert home == f"{site.url}/gate/"
    assert figure.locator(f'.mp-home a[href="{home}"]').count() == 1


def answering(kind: str, content: bytes) -> tuple[int, str, bytes]:
    return 200, kind, content


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("no CORS", "without the header Access-Control-Allow-Origin"),
        ("no connect-src", "Content-Security-Policy of this page blocks"),
        ("unknown model", 'no model "gaet"'),
        ("no model", "has no attribute model"),
        ("no listing", "the server answered 404"),
        ("another page", "is not the list of models"),
        ("altered figure", "is not the file that was built"),
        ("altered styles", "is not the file that was built"),
        ("another format", "published again"),
        ("no scripts", "What you see is Python's prediction"),
        ("altered weights", "integrity check failed"),
    ],
)
def test_what_goes_wrong_is_told(
    trouble: str, sentence: str, page: Page, site: Host, elsewhere: Host
) -> None:
    """In the element; the link that the page has put into it stays, or Python's prediction does."""
    listing = json.loads((site.folder / "models/embed.json").read_text())
    slug, policy = {"unknown model": "gaet"}.get(trouble, "gate"), ""
    weights = next(site.folder.glob("models/gate/*/graph/weights.bin"))
    faults = {
        "no listing": {"models/embed.json": (404, "text/plain", b"")},
        "another page": {"models/embed.json": answering("text/html", b"<html>Welcome</html>")},
        "altered figure": {
            listing["models"]["gate"]["url"]: answering("application/json", b'{"html": "<b>"}')
        },
        "altered styles": {listing["styles"]["url"]: answering("text/css", b"* { color: red }")},
        "another format": {
            "models/embed.json": answering("application/json", b'{"format": 2, "models": {}}')
        },
        "no scripts": {listing["entry"]: answering("text/html", b"<html>Welcome</html>")},
        "altered weights": {
            weights.relative_to(site.folder).as_posix(): answering(
                "application/octet-stream", bytes(weights.stat().st_size)
            )
        },
    }
    site.wrong.update(faults.get(trouble, {}))
    if trouble == "no CORS":
        site.headers.clear()
    if trouble == "no connect-src":
        policy = f"default-src 'self' {site.url}; connect-src 'self'"
    body = snippet(site.url, slug)
    if trouble == "no model":
        body = body.replace(' model="gate"', "")
    page.goto(write_page(elsewhere, body, policy=policy))
    alert = page.locator("modelpress-embed [role=alert]:visible")
    expect(alert).to_contain_text(sentence, timeout=30_000)
    if trouble == "unknown model":
        expect(alert).to_contain_text('Did you mean "gate"?')
    if trouble in ("no scripts", "altered weights"):
        expect(part(embedded(page), "reading")).to_contain_text("gives")
    else:
        expect(page.get_by_role("link", name="A live model")).to_be_visible()
    assert results(page, "gate") == []
    site.wrong.clear()
    site.headers["Access-Control-Allow-Origin"] = "*"
    if trouble in ("no CORS", "no listing", "altered figure"):
        alert.get_by_role("button", name="Try again").click()
        wait_until_live(page)


def test_the_card_shows_what_to_copy(
    page: Page, context: BrowserContext, site: Host, elsewhere: Host
) -> None:
    """Completed with the address at which the page is read; what is copied works."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site.url}/deep/card/")
    page.get_by_text("Put this model on your page").click()
    code = page.locator("modelpress-snippet code")
    expect(code).to_contain_text(f'<script src="{site.url}/assets/modelpress/embed.js" async>')
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("modelpress-snippet [role=status]")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f'<modelpress-embed site="{site.url}/" model="gate">' in copied
    assert f'<a href="{site.url}/gate/">Exclusive or: a live model</a>' in copied
    page.goto(write_page(elsewhere, copied))
    wait_until_live(page)
