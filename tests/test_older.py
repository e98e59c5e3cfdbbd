"""MkDocs builds by itself: it says which models are older than their sources."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from modelpress.build.freshness import Older, older
from modelpress.core.project import Project
from tests.tiny import built_project

NOTE = "Older than its sources"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    return built_project(tmp_path / "project")


def make(project: Project, *, strict: bool = False) -> dict[str, str]:
    """Page → HTML, as `mkdocs build` writes it."""
    config = load_config(str(project.config_file), strict=strict)
    build(config)
    return {name: (Path(config.site_dir) / name).read_text() for name in ("index.html",
            "line/index.html")}  # fmt: skip


def test_what_is_up_to_date_is_built_without_a_word(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "mkdocs"):
        pages = make(project, strict=True)
    assert not caplog.records
    assert not any(NOTE in html for html in pages.values())


@pytest.mark.parametrize("name", ["models/line.py", "helper.py", "points.csv"])
def test_a_change_is_an_error_under_strict(
    project: Project, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = project.root / name
    path.write_text(path.read_text() + "\n")
    assert older(project) == [Older("line", "models/line.py")]
    with pytest.raises(Abort):
        make(project, strict=True)
    assert "older than their sources:\n  line, made from models/line.py" in caplog.text
    assert not project.site_dir.joinpath("line/index.html").read_text().count(NOTE)


def test_a_change_is_said_in_the_terminal_and_on_the_page(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    (project.root / "points.csv").unlink()
    with caplog.at_level(logging.WARNING, "mkdocs"):
        pages = make(project)
    assert "line, made from models/line.py" in caplog.text
    assert "run `modelpress build`" in caplog.text
    page = pages["line/index.html"]
    assert page.index(NOTE) < page.index("modelpress-model")
    assert NOTE not in pages["index.html"]


def test_a_page_with_a_fact_of_the_model_says_it(project: Project) -> None:
    (project.docs_dir / "index.md").write_text("# Home\n\n{{ line.parameters }} parameters.\n")
    (project.models_dir / "line.py").unlink()
    assert NOTE in make(project)["index.html"]


def test_going_back_to_an_earlier_state_is_up_to_date(project: Project) -> None:
    path = project.root / "points.csv"
    text = path.read_text()
    path.write_text(text + "\n")
    assert older(project)
    path.write_text(text)
    assert not older(project)


def test_without_a_note_of_a_build_nothing_is_said(project: Project) -> None:
    for text in ("{", "[]", "{}"):
        (project.state_dir / "made_from.json").write_text(text)
        assert older(project) == []
    (project.state_dir / "made_from.json").unlink()
    assert older(project) == []


def test_a_note_of_an_earlier_version_is_older(project: Project) -> None:
    path = project.state_dir / "made_from.json"
    content = json.loads(path.read_text())
    content["models"]["line"]["reads"] = {"train": {"wanted": None}}
    content["failures"]["leap"] = {"source": "failures/leap.py", "reads": {}, "keys": "0"}
    path.write_text(json.dumps(content))
    assert [each.slug for each in older(project)] == ["leap", "line"]


def test_it_runs_no_model_file_and_imports_no_tensorflow(project: Project) -> None:
    path = project.models_dir / "line.py"
    path.write_text(path.read_text() + "\nopen('was_run', 'w')\n")
    code = (
        "import sys\n"
        "from mkdocs.commands.build import build\n"
        "from mkdocs.config import load_config\n"
        "build(load_config('mkdocs.yml'))\n"
        "assert not {'tensorflow', 'keras'} & {*sys.modules}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "older than their sources" in done.stderr
    assert not (project.root / "was_run").exists()


def test_modelpress_itself_does_not_compare(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelpress.adapters import mkdocs as plugin
    from modelpress.build.pages import build_site

    monkeypatch.setattr(plugin, "report_older", lambda config: pytest.fail("compared"))
    build_site(project, print)
