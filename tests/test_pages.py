"""Building the pages with MkDocs: its warnings, and what hooks may not do."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from modelpress.build.build import Request, build
from modelpress.caching import keys
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from tests.tiny import tiny_project


class Said(Progress):
    """Remembers what was said."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of pages alone, so that nothing is trained."""
    project = tiny_project(tmp_path_factory.mktemp("pages") / "project")
    (project.models_dir / "line.py").unlink()
    (project.docs_dir / "line.md").unlink()
    build(project, Request(use_browser=False), Progress())
    return project.root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    shutil.copytree(built, folder)
    return find_project(folder / "mkdocs.yml")


def run(project: Project) -> list[str]:
    """Builds; what was said."""
    said = Said()
    build(project, Request(use_browser=False), said)
    return said.notes


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder and its checksum."""
    return {
        path.relative_to(folder).as_posix(): keys.sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_warnings_of_mkdocs_stop_a_strict_build_alone(project: Project) -> None:
    before = tree(project.site_dir)
    assert before
    (project.docs_dir / "index.md").write_text("# Changed\n\n[gone](gone.md)\n")
    with pytest.raises(ModelpressError, match="with `strict` that is an error") as caught:
        run(replace(project, strict=True))
    assert caught.value.exit_code == 2
    assert "gone.md" in caught.value.found
    assert tree(project.site_dir) == before
    with project.config_file.open("a") as config:
        config.write("colour: red\n")
    notes = run(project)
    warnings = [note for note in notes if note.startswith("Warning: ")]
    assert len(warnings) == 2
    assert "colour" in warnings[0]
    assert "gone.md" in warnings[1]
    assert "Changed" in (project.site_dir / "index.html").read_text()


def test_a_hook_that_moves_the_site_destroys_nothing(project: Project) -> None:
    mine = project.root.parent / "mine"
    mine.mkdir()
    (mine / "file.txt").write_text("mine")
    (project.root / "hook.py").write_text(
        f"def on_config(config):\n    config.site_dir = {str(mine)!r}\n"
    )
    with project.config_file.open("a") as config:
        config.write("hooks: [hook.py]\n")
    with pytest.raises(ModelpressError, match="MkDocs could not build the pages") as caught:
        run(project)
    assert "a plugin or hook has set `site_dir`" in caught.value.found
    assert (mine / "file.txt").read_text() == "mine"


def test_an_error_of_a_hook_while_building_is_a_sentence(project: Project) -> None:
    before = tree(project.site_dir)
    (project.root / "hook.py").write_text(
        "def on_page_markdown(markdown, **_):\n    raise ValueError('no luck')\n"
    )
    with project.config_file.open("a") as config:
        config.write("hooks: [hook.py]\n")
    with pytest.raises(ModelpressError, match="MkDocs could not build the pages") as caught:
        run(project)
    assert "index.md" in caught.value.found
    assert "no luck" in caught.value.found
    assert tree(project.site_dir) == before


def test_the_first_page_is_that_of_the_navigation(project: Project) -> None:
    (project.docs_dir / "index.md").unlink()
    for name in ("a", "b"):
        (project.docs_dir / f"{name}.md").write_text(f"# {name}\n")
    with project.config_file.open("a") as config:
        config.write("nav: [{B: b.md}, {A: a.md}]\n")
    assert build(project, Request(use_browser=False), Progress()).first_page == "b/"
