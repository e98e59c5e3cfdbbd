"""Files that Modelpress adds to the site never replace an author's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError

from modelpress.build.build import Request
from modelpress.build.build import build as build_here
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.files import marks
from modelpress.site.publish.additions import add_file
from tests.killing import tree
from tests.tiny import built_project

OFFLINE = "  - modelpress:\n      offline: true\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = built_project(tmp_path / "project")
    config = project.root / "mkdocs.yml"
    config.write_text(config.read_text().replace("  - modelpress\n", OFFLINE))
    return project


def by_mkdocs(project: Project, *, dirty: bool = False) -> None:
    config = load_config(str(project.config_file))
    config.plugins.on_startup(command="build", dirty=dirty)
    build(config, dirty=dirty)


ADDED = [
    *("sbom.cdx.json", "sw.js", "offline.json", "site.webmanifest", "icons/maskable.png", "icons"),
    *("models/embed.json", "models/manifest.json", "models/line/card.json", "Models/Manifest.json"),
]


@pytest.mark.parametrize("name", ADDED)
def test_a_file_of_the_authors_is_a_refusal(project: Project, name: str) -> None:
    before = tree(project.site_dir)
    path = project.docs_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(ModelpressError) as caught:
        build_here(project, Request(use_browser=False), Progress())
    assert "Modelpress adds a file of this name" in str(caught.value)
    assert "Rename yours" in str(caught.value)
    assert tree(project.site_dir) == before


@pytest.mark.parametrize("name", ["sw.js", "models/manifest.json"])
def test_mkdocs_alone_refuses_too(project: Project, name: str) -> None:
    path = project.docs_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises((ModelpressError, PluginError, Abort)):
        by_mkdocs(project)


def test_a_file_with_a_similar_name_is_kept(project: Project) -> None:
    (project.docs_dir / "offline-guide.json").write_text("mine")
    (project.docs_dir / "offline-0123456789abcdef.json").write_text("mine")
    build_here(project, Request(use_browser=False), Progress())
    assert (project.site_dir / "offline-guide.json").read_text() == "mine"
    assert (project.site_dir / "offline-0123456789abcdef.json").read_text() == "mine"


def test_mkdocs_alone_marks_what_it_writes(project: Project) -> None:
    """So that `modelpress build` and `mkdocs build` can follow each other."""
    shutil.rmtree(project.site_dir)
    for _ in range(2):
        by_mkdocs(project)
        build_here(project, Request(use_browser=False), Progress())
    (project.site_dir / ".nojekyll").touch()
    by_mkdocs(project)
    assert ".nojekyll" not in marks.own_names(project.site_dir)
    build_here(project, Request(use_browser=False), Progress())
    assert (project.site_dir / ".nojekyll").exists()


def test_mkdocs_alone_can_leave_what_is_there(project: Project) -> None:
    by_mkdocs(project)
    for number in range(2):
        (project.docs_dir / "new.md").write_text(f"# New {number}\n")  # sw.js is another, then
        by_mkdocs(project, dirty=True)


@pytest.mark.parametrize("site", ["models", ".modelpress", ".git", "failures", "."])
def test_mkdocs_alone_empties_no_folder_of_the_authors(project: Project, site: str) -> None:
    (project.root / ".git").mkdir()
    (project.root / ".git/HEAD").write_text("ref: x")
    config = project.root / "mkdocs.yml"
    config.write_text(f"{config.read_text()}site_dir: {site}\n")
    before = tree(project.root)
    with pytest.raises((PluginError, Abort)):
        by_mkdocs(project)
    assert tree(project.root) == before


def test_what_was_written_before_is_written_again(tmp_path: Path) -> None:
    marks.write(tmp_path, marks.Mark({}))
    add_file(tmp_path, "a/b.json", "one")
    add_file(tmp_path, "a/b.json", b"one")
    with pytest.raises(ModelpressError, match="has its own"):
        add_file(tmp_path, "a/b.json", "two")
    marks.write(tmp_path, marks.of(tmp_path, made=False))
    add_file(tmp_path, "a/b.json", "two")
    add_file(tmp_path, "a/b.json", "three")
    assert (tmp_path / "a/b.json").read_text() == "three"
    with pytest.raises(ModelpressError, match="has its own"):
        add_file(tmp_path, "a/b.json/c", "")
