"""The site from a folder, as by double-click: from `file://` browsers refuse nearly everything."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from modelpress.build.pages import build_pages
from modelpress.core.configuration import find_project
from modelpress.site.publish.archive import to_archive
from tests.archive_site import archived_project, unpacked
from tests.browser.breaking import NONE_IN_PAGE
from tests.browser.figures import choose, figure, part, wait_for
from tests.entries import models_of

PREDICT = """
async ([slug, backend, inputs]) => {
  const model = await modelpress.load(slug, { backend });
  const { values } = await model.predict(inputs);
  const found = { values, backend: model.backend, ...(await model.verify()) };
  await model.dispose();
  return found;
}
"""
TRAIN = """
async ([slug, backend, steps]) => {
  const trainer = await modelpress.trainer(slug, { backend });
  const proof = await trainer.prove(steps);
  await trainer.step(steps);
  const taken = await trainer.take("keras");
  const found = { proof, steps: trainer.steps, place: trainer.place, backend: trainer.backend,
    name: taken.name, size: taken.bytes.length };
  await trainer.dispose();
  return found;
}
"""
SPEC = ("title", "parameters", "tolerance", "input", "output")
# The workers that the browser was really asked for.
STARTED = """
window.workers = [];
Worker = class extends Worker {
  constructor(url, options) {
    super(url, options);
    workers.push([options?.name, url, options?.type]);
  }
};
"""
# What a page does as soon as it is opened, for those that no test goes through by hand.
ALIVE = """() => [...document.querySelectorAll("modelpress-model")].every(
  (figure) => figure.getAttribute("state") === "ready")"""


@pytest.fixture(scope="session")
def stick(tmp_path_factory: pytest.TempPathFactory, training_project: Path) -> Path:
    return unpacked(tmp_path_factory, archived_project(tmp_path_factory, training_project))


@dataclass
class Said:
    """Errors on the console, none of which a test may leave, and all that was asked for."""

    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def said(page: Page) -> Iterator[Said]:
    heard = Said()
    page.on(
        "console",
        lambda entry: heard.errors.append(entry.text) if entry.type == "error" else None,
    )
    page.on("request", lambda request: heard.asked.append(request.url))
    yield heard
    assert heard.errors == []
    outside = [url for url in heard.asked if not url.startswith(("file:", "blob:", "data:"))]
    assert outside == []


def golden(stick: Path, slug: str) -> tuple[list[list[float]], NDArray[np.float64], float]:
    """Python's own inputs and answers, and how far a browser's may be from them."""
    entry = json.loads((stick / "models/manifest.json").read_text())["models"][slug]
    cases = json.loads((stick / entry["files"][entry["golden"]]["url"]).read_text())
    return cases["inputs"], np.array(cases["outputs"]), entry["tolerance"]


def search_finds_first(page: Page, words: str, address: str) -> None:
    """The first result of a search leads to an address that ends so.

    The words are searched while they are typed: other pages come first for some of them.
    """
    page.locator(".md-search__input").click()
    page.keyboard.type(words)
    result = page.locator(".md-search-result__link").first
    expect(result).to_have_attribute("href", re.compile(rf"{re.escape(address)}([?#]|$)"))


@pytest.mark.engines
def test_everything_works_from_a_folder(stick: Path, page: Page, said: Said) -> None:
    page.add_init_script(STARTED)
    page.goto((stick / "index.html").as_uri())
    page.get_by_role("link", name="Gate", exact=True).first.click()
    assert page.url == (stick / "gate.html").as_uri()
    wait_for(page, "gate", state="ready", backend="exact")
    choose(page, "gate", "webgl")
    started = page.evaluate("workers")
    assert all(url.startswith("blob:") for _, url, _ in started)
    assert ["webgl", None] in [[name, kind] for name, _, kind in started]
    inputs, outputs, tolerance = golden(stick, "gate")
    for backend in ("cpu", "wasm", "webgl"):
        found = page.evaluate(PREDICT, ["gate", backend, inputs])
        assert found["backend"] == backend
        assert np.abs(np.array(found["values"]) - outputs.ravel()).max() <= tolerance
        assert found["maxDiff"] <= tolerance
    # Moved by hand, trained by hand.
    before = part(figure(page, "gate"), "reading").inner_text()
    figure(page, "gate").locator("input[type=range]").first.press("End")
    expect(part(figure(page, "gate"), "reading")).not_to_have_text(before)
    trainer = page.locator("modelpress-trainer")
    part(trainer, "step").click()
    expect(trainer).to_have_attribute("step", "1")
    expect(page.locator("modelpress-layers")).to_be_visible()
    for backend in ("cpu", "wasm"):
        found = page.evaluate(TRAIN, ["gate", backend, 20])
        assert (found["place"], found["backend"], found["steps"]) == ("worker", backend, 20)
        assert found["proof"]["passed"], found["proof"]
        assert found["name"].endswith(".keras")
        assert found["size"] > 1000


@pytest.mark.engines
def test_explainers_epochs_and_search_work_from_a_folder(
    stick: Path, page: Page, said: Said, browser_name: str
) -> None:
    page.goto((stick / "network.html").as_uri())
    explainer = page.locator("modelpress-explore[name=network]")
    expect(explainer).to_have_attribute("state", "ready")
    page.locator("modelpress-model input[type=number]").first.fill("0.5")
    expect(part(explainer, "reading")).to_contain_text("(0.5, 1)")
    page.goto((stick / "epochs.html").as_uri())
    epochs = page.locator("modelpress-epochs")
    expect(part(epochs, "range")).to_be_enabled()
    part(epochs, "range").press("Home")
    expect(figure(page, "gate")).to_have_attribute("epoch", "0")
    expect(part(epochs, "reading")).to_contain_text("Before training: accuracy")
    search_finds_first(page, "then and now", "/epochs.html")
    if browser_name == "chromium":  # Playwright's Firefox tells of no files
        assert [url for url in said.asked if url.endswith("/lunr.de.min.js.js")]
    page.goto((stick / "sub/links.html").as_uri())
    page.get_by_role("link", name="Gate", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gate")


def test_long_fields_are_read_from_a_folder(stick: Path, page: Page, said: Said) -> None:
    """A curve's values, and what only the API reads."""
    page.goto((stick / "curves.html").as_uri())
    chart = page.locator('.mp-chart[data-model="gate"]').first
    chart.get_by_role("slider").press("Home")
    expect(chart).to_have_attribute("data-state", "ready")
    expect(part(chart, "reading")).to_have_text(re.compile(r"^Epoch 1: "))
    entry = models_of(stick)["gate"]
    assert page.evaluate("modelpress.details('gate')") == entry
    spec = page.evaluate("modelpress.load('gate', { backend: 'cpu' }).then(({ spec }) => spec)")
    assert spec == {name: entry[name] for name in SPEC}


def test_an_altered_file_gives_an_error_and_no_answer(
    stick: Path, tmp_path: Path, page: Page, page_errors: list[str]
) -> None:
    page.add_init_script(NONE_IN_PAGE)
    shutil.copytree(stick, tmp_path / "site")
    (twin,) = (tmp_path / "site/models/line").glob("*/graph/weights.bin.js")
    text = twin.read_text()
    for broken, words in (
        (text.replace("('", "('AAAA", 1), "integrity check failed"),
        (text[:-9], "missing or damaged|is damaged"),
        ("", "is damaged"),
    ):
        twin.write_text(broken)
        page.goto((tmp_path / "site/line.html").as_uri())
        wait_for(page, "line", state="error")
        shown = figure(page, "line").inner_text()
        assert re.search(words, shown), shown
    page_errors.clear()  # a script that ends in the middle is one
    twin.unlink()
    page.goto((tmp_path / "site/line.html").as_uri())
    wait_for(page, "line", state="error")
    expect(figure(page, "line")).to_contain_text("graph/weights.bin.js is missing")


def test_without_workers_the_page_computes_by_itself(stick: Path, page: Page) -> None:
    page.add_init_script("Worker = class { constructor() { throw new Error('refused'); } }")
    page.goto((stick / "gate.html").as_uri())
    wait_for(page, "gate", state="ready", backend="exact")
    choose(page, "gate", "webgl")
    found = page.evaluate(TRAIN, ["gate", "cpu", 20])
    assert (found["place"], found["steps"]) == ("page", 20)


@pytest.fixture(scope="session")
def whole(built_site: Path, project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This site as it is in its archive."""
    project = find_project(project_root / "mkdocs.yml")
    site = tmp_path_factory.mktemp("Büro und Stick") / "site"
    build_pages(project, site, archive=True)
    bundle = json.loads(project.site_json.read_bytes())["bundle"]
    assert to_archive(site, project.public_dir, bundle) == []
    return site


@pytest.mark.slow
@pytest.mark.engines
def test_every_page_of_this_site_opens_from_a_folder(whole: Path, page: Page, said: Said) -> None:
    pages = sorted(whole.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        page.goto(path.as_uri())
        page.wait_for_function(ALIVE)
        for explainer in page.locator("modelpress-explore").all():
            explainer.scroll_into_view_if_needed()
            expect(explainer).to_have_attribute("state", "ready")
        assert said.errors == [], path.name
    search_finds_first(page, "negator", "/models/number_negator.html")
