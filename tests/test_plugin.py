"""The MkDocs plugin: a strict build of a small site from hand-made artefacts, and its refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError

from modelpress.adapters import mkdocs as plugin
from modelpress.inputs import Number as NumberInput
from modelpress.outputs import Number
from tests.entries import manifest, model

BASE = "models/halver/0123456789ab/"

GOLDEN = {
    "slug": "halver", "cases": 1, "groups": ["start"], "input_shape": [1], "output_shape": [1],
    "inputs": [[0]], "outputs": [[0]],
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    names = ["graph/model.json", "graph/weights.bin", "golden.json", "source.py"]
    fields: dict[str, Any] = {
        "title": "Halver",
        "base": BASE,
        "files": {n: {"url": BASE + n, "size_bytes": 2, "sha256": "0" * 64} for n in names},
        "golden": "golden.json",
        "cases": 64,
        "parameters": 1,
        "size_bytes": 4,
        "tolerance": 1e-5,
        "input": NumberInput(-1, 1).spec(),
        "output": Number().spec(),
        "start": {"text": "0", "input": [0], "output": [0]},
    }
    first = {"script": "assets/modelpress/main.js", "scripts": {}}
    bundle = {"first": first, "styles": "assets/modelpress/styles.css"}
    site = {"manifest": manifest({"halver": model(**fields)}), "answers": {}, "bundle": bundle}
    state = tmp_path / ".modelpress"
    for name in names:
        path = state / "public" / BASE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(GOLDEN))
    for name in ("main.js", "styles.css"):
        path = state / "public/assets/modelpress" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("/* */")
    (state / "site.json").write_text(json.dumps(site))
    (tmp_path / "docs/deep").mkdir(parents=True)
    (tmp_path / "docs/index.md").write_text("# Home\n\n```models\n```\n")
    (tmp_path / "docs/deep/halver.md").write_text(
        "---\ntitle: Halver\n---\n\n# Halver\n\n{{ halver.cases }} cases.\n\n```model halver\n```\n"
    )
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Small\ntheme: {name: material, font: false}\nplugins:\n  - search\n"
        "  - modelpress:\n      look: true\n"
    )
    return tmp_path


def make(project: Path) -> Path:
    config = load_config(str(project / "mkdocs.yml"), strict=True)
    build(config)
    return Path(config.site_dir)


def test_a_strict_build_has_pages_artefacts_and_relative_addresses(project: Path) -> None:
    site = make(project)
    page = (site / "deep/halver/index.html").read_text()
    assert '<modelpress-model model="halver" state="prerendered"' in page
    assert "<p>64 cases.</p>" in page
    assert 'src="../../assets/modelpress/main.js"' in page
    assert '<link rel="stylesheet" href="../../assets/modelpress/styles.css">' in page
    assert (site / BASE / "graph/model.json").is_file()
    assert (site / BASE / "source.py").is_file()
    home = (site / "index.html").read_text()
    assert '<a href="./deep/halver/">Halver</a>' in home
    assert 'role="dialog" aria-label="Search"' in home
    for html in (page, home):
        asked = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', html)
        assert asked == []


def test_figures_stay_out_of_the_search_index(project: Path) -> None:
    index = (make(project) / "search/search_index.json").read_text()
    assert "64 cases" in index
    assert "Computed by" not in index


def test_a_mistake_names_the_line_of_the_file(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = project / "docs/deep/halver.md"
    page.write_text(page.read_text().replace("halver.cases", "halver.casse"))
    with pytest.raises((Abort, PluginError)) as caught:
        make(project)
    assert "deep/halver.md:7" in caplog.text + str(caught.value)
    assert "`cases`" in caplog.text + str(caught.value)


def test_without_artefacts_it_says_what_to_run(project: Path) -> None:
    (project / ".modelpress/site.json").unlink()
    with pytest.raises(PluginError, match="modelpress build"):
        load_and_start(project)
    for content in ("{", "[]", "{}", json.dumps({"manifest": manifest() | {"schema": 1}})):
        (project / ".modelpress/site.json").write_text(content)
        with pytest.raises(PluginError, match=r"cannot be read: (.|\n)*run `modelpress build`"):
            load_and_start(project)


def load_and_start(project: Path) -> None:
    config = load_config(str(project / "mkdocs.yml"))
    config.plugins.run_event("config", config)


def test_the_plugin_stays_thin() -> None:
    assert len(Path(plugin.__file__).read_text().splitlines()) < 200


def test_the_switches_of_facts_and_formulas(project: Path) -> None:
    config = project / "mkdocs.yml"
    lead = config.read_text()
    page = project / "docs/deep/halver.md"
    text = "$x$ {{ halver.cases }} [[ halver.cases ]]"
    page.write_text(f"# Halver\n\n{text}\n\n```model halver\n```\n")
    config.write_text(lead + "      formulas: false\n      fact_delimiters: '[[ ]]'\n")
    assert (
        "<p>$x$ {{ halver.cases }} 64</p>" in (make(project) / "deep/halver/index.html").read_text()
    )
    config.write_text(lead + "      formulas: false\n      facts: false\n")
    html = (make(project) / "deep/halver/index.html").read_text()
    assert f"<p>{text}</p>" in html
    config.write_text(lead + "      fact_delimiters: '[['\n")
    with pytest.raises(Abort):
        make(project)


def test_the_extension_for_other_builders_leaves_the_page_to_the_plugin(project: Path) -> None:
    config = project / "mkdocs.yml"
    config.write_text(config.read_text() + "markdown_extensions: [modelpress]\n")
    assert "<modelpress-model" in (make(project) / "deep/halver/index.html").read_text()


def test_an_element_that_mkdocs_does_not_draw_is_a_warning(project: Path) -> None:
    page = project / "docs/deep/halver.md"
    html = '<modelpress-card model="halver"></modelpress-card>'
    page.write_text(f"{page.read_text()}\n`{html}`\n\n    {html}\n")
    make(project)
    page.write_text(f"{page.read_text()}\n{html}\n")
    with pytest.raises(Abort, match="1 warnings"):  # it is strict
        make(project)
