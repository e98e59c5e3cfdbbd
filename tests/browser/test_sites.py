"""Another author's site: own mkdocs.yml, own models folder, one model, one page, one command.

One stands in ``tests/sites/``; the other is made of the model and page that the README shows.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.built import built_once
from tests.server import serve_folder

SITES = Path(__file__).parents[1] / "sites"
README = SITES.parents[1] / "README.md"
CONFIG = "site_name: Mine\ntheme: {name: material, font: false}\nplugins: [modelpress]\n"
ANSWERS = """
async (slug) => {
  const model = await modelpress.load(slug);
  return model.predict([[0], [100]]);
}
"""


def write_readmes_site(project: Path) -> None:
    """The README's Python block as a model file, its Markdown block as the page."""
    text = README.read_text()
    model = re.search(r"^```python\n(.*?)^```$", text, re.S | re.M)
    page = re.search(r"^````markdown\n(.*?)^````$", text, re.S | re.M)
    assert model, "the README shows no model"
    assert page, "the README shows no page"
    (project / "models").mkdir(parents=True)
    (project / "docs").mkdir()
    (project / "mkdocs.yml").write_text(CONFIG)
    (project / "models/fahrenheit.py").write_text(model[1])
    (project / "docs/index.md").write_text(page[1])


EACH = [
    "README",
    *(
        pytest.param(path.name, marks=pytest.mark.slow)
        for path in sorted(SITES.iterdir())
        if not (path / "package").exists()  # test_sound.py builds the site that needs one
    ),
]


@pytest.fixture(scope="module", params=EACH)
def other_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the site outside this repository, built by the command."""
    name = str(request.param)

    def write(project: Path) -> None:
        if name == "README":
            write_readmes_site(project)
        else:
            shutil.copytree(SITES / name, project)

    return built_once(tmp_path_factory, f"Wetter – Büro, {name}", write)


@pytest.fixture(scope="module")
def other_url(other_site: Path) -> Iterator[str]:
    with serve_folder(other_site / "site") as url:
        yield url


def test_the_models_are_the_authors_own(other_site: Path) -> None:
    manifest = json.loads((other_site / "site/models/manifest.json").read_text())
    assert set(manifest["models"]) == {path.stem for path in (other_site / "models").glob("*.py")}
    for entry in manifest["models"].values():
        assert entry["parity"]["proven"], entry["parity"]


def test_the_page_answers_live(other_site: Path, other_url: str, page: Page) -> None:
    page.goto(other_url)
    figure = page.locator("modelpress-model").first
    figure.and_(page.locator("[state=ready][backend=exact]")).wait_for()
    assert float(figure.get_attribute("max-diff") or "nan") <= 1e-4
    slug = figure.get_attribute("model")
    answer = page.evaluate(ANSWERS, slug)
    assert answer["shape"] == [2, 1]
    assert answer["values"] == pytest.approx([32, 212], abs=0.5)  # the scale's own definition


def test_nothing_of_this_repositorys_site_is_in_it(other_site: Path) -> None:
    built = other_site / "site"
    files = list((SITES.parents[1] / "pipeline/models").glob("[!_]*.py"))
    titles = [re.search(r'^    title="(.*)",$', path.read_text(), re.M) for path in files]
    assert files
    assert all(titles)
    marks = [title[1] for title in titles if title]
    # Not the bare name: `digits` is a word of this package's own scripts as well.
    marks += [f"models/{path.stem}" for path in files]
    marks += [f'model="{path.stem}"' for path in files]
    texts = "".join(path.read_text() for path in built.rglob("*.html"))
    texts += "".join(path.read_text() for path in (built / "assets/modelpress").glob("*.js"))
    # Whole words: a hash in the name of a script may hold a short title.
    assert [mark for mark in marks if re.search(rf"\b{re.escape(mark)}(?!\w)", texts)] == []
