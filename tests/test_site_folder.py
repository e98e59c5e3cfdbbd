"""Where the site can't go: refused by the command before anything is built, with exit code 2."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.files.site_folder import require_site_folder
from tests.killing import tree
from tests.test_cli import run
from tests.tiny import CONFIG, tiny_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project among other folders, in a repository."""
    project = tiny_project(tmp_path / "home/project")
    for name in (
        "failures",
        ".git/objects",
        ".git/refs",
        "theme/partials",
        "docs/deep",
        "models/x",
    ):
        (project.root / name).mkdir(parents=True)
    (project.root / ".git/HEAD").write_text("ref: refs/heads/main")
    (project.root / "failures/leap.py").write_text("")
    (tmp_path / "home/letter.txt").write_text("mine")
    other = tmp_path / "home/other"
    (other / "docs").mkdir(parents=True)
    (other / "mkdocs.yml").write_text(CONFIG)
    bare = tmp_path / "home/bare.git"
    for name in ("objects", "refs"):
        (bare / name).mkdir(parents=True)
    (bare / "HEAD").write_text("ref: refs/heads/main")
    return project


def to(project: Project, site: str) -> Project:
    return replace(project, site_dir=Path(os.path.abspath(project.root / site)))  # noqa: PTH100


SOURCES = ["docs", "models", "failures", ".modelpress", ".git"]


@pytest.mark.parametrize(
    "site",
    [
        *SOURCES,
        *(f"{name}/site" for name in SOURCES),
        *("docs/deep", "models/x", "docs/new/site", ".git/objects", ".modelpress/public"),
        *(".", "..", "../..", "/", "site/..", "docs/../docs"),
        *("mkdocs.yml", "helper.py", "helper.py/site", "docs/index.md"),
        *("../other", "../other/docs", "../other/site", "../bare.git", "../bare.git/refs"),
        *("/proc", "/dev"),
    ],
)
def test_folders_of_others_are_refused(project: Project, site: str) -> None:
    before = tree(project.root.parent)
    with pytest.raises(ModelpressError, match="can't be built into this folder") as caught:
        require_site_folder(to(project, site))
    assert caught.value.exit_code == 2
    assert caught.value.where == "mkdocs.yml, `site_dir`"
    assert tree(project.root.parent) == before


@pytest.mark.parametrize(
    "site", ["site", "public", "build/site", "../out", "docs2", "../project-site", "site/docs"]
)
def test_folders_of_their_own_are_taken(project: Project, site: str) -> None:
    require_site_folder(to(project, site))


@pytest.mark.parametrize("target", ["docs", "models/x", ".", "..", ".git", "docs/index.md"])
def test_links_are_resolved(project: Project, target: str) -> None:
    (project.root / "site").symlink_to(project.root / target)
    with pytest.raises(ModelpressError, match="can't be built"):
        require_site_folder(to(project, "site"))


@pytest.mark.parametrize("target", ["docs", "models/x", ".git", "docs/index.md"])
def test_links_on_the_way_are_resolved(project: Project, target: str) -> None:
    (project.root / "build").symlink_to(project.root / target)
    with pytest.raises(ModelpressError, match="can't be built"):
        require_site_folder(to(project, "build/site"))


def test_links_of_the_sources_are_resolved(project: Project, tmp_path: Path) -> None:
    for name in ("docs", "models"):
        moved = tmp_path / f"elsewhere/{name}"
        moved.parent.mkdir(exist_ok=True)
        (project.root / name).rename(moved)
        (project.root / name).symlink_to(moved)
        for site in (moved, moved / "site", moved.parent):
            with pytest.raises(ModelpressError, match="can't be built"):
                require_site_folder(to(project, str(site)))


def test_a_folder_that_a_link_in_the_pages_leads_to(project: Project, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (project.docs_dir / "deep/photos").symlink_to(tmp_path / "photos")
    with pytest.raises(ModelpressError, match="a link in the pages"):
        require_site_folder(to(project, str(tmp_path / "photos")))


def test_links_that_lead_to_themselves(project: Project) -> None:
    (project.root / "one").symlink_to(project.root / "two")
    (project.root / "two").symlink_to(project.root / "one")
    with pytest.raises(ModelpressError, match="can't be built"):
        require_site_folder(to(project, "one/site"))


def test_a_link_to_a_folder_of_its_own(project: Project, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (project.root / "site").symlink_to(tmp_path / "web")
    require_site_folder(to(project, "site"))
    (project.root / "later").symlink_to(tmp_path / "nowhere")
    require_site_folder(to(project, "later"))


def test_home_folders(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pwd = pytest.importorskip("pwd")
    root = project.root
    outside = root.parent / "person"
    outside.mkdir()
    require_site_folder(to(project, str(outside)))
    monkeypatch.setenv("HOME", str(outside))
    for site in (outside, outside.parent, Path(pwd.getpwuid(os.getuid()).pw_dir)):
        with pytest.raises(ModelpressError, match="can't be built"):
            require_site_folder(to(project, str(site)))
    require_site_folder(to(project, str(outside / "web")))
    monkeypatch.setenv("HOME", "/")
    require_site_folder(to(project, "site"))


@pytest.mark.parametrize("site", ["Docs", "DOCS/site", "Models", ".MODELPRESS", "Failures"])
def test_names_that_differ_in_case_alone(project: Project, site: str) -> None:
    with pytest.raises(ModelpressError, match="can't be built"):
        require_site_folder(to(project, site))


def test_model_files_beside_the_configuration(project: Project) -> None:
    require_site_folder(replace(project, models_dir=project.root))
    with pytest.raises(ModelpressError, match="can't be built"):
        require_site_folder(replace(project, models_dir=project.root, site_dir=project.root))


@pytest.mark.parametrize("site", ["theme", "theme/site", "theme/partials"])
def test_the_folder_of_the_theme(project: Project, site: str) -> None:
    config = project.root / "mkdocs.yml"
    config.write_text(
        CONFIG.replace("name: mkdocs\n", "name: mkdocs\n  custom_dir: theme\n")
        + f"site_dir: {site}\n"
    )
    with pytest.raises(ModelpressError, match="can't be built"):
        require_site_folder(find_project(config))


@pytest.mark.parametrize("command", ["build", "serve --no-open --port 8765", "clean"])
@pytest.mark.parametrize("site", ["docs", "models", ".", "..", "docs/site", "link"])
def test_the_commands_refuse(
    capsys: pytest.CaptureFixture[str],
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    site: str,
) -> None:
    (project.root / "link").symlink_to("models")
    (project.root / "mkdocs.yml").write_text(f"{CONFIG}site_dir: {site}\n")
    monkeypatch.chdir(project.root)
    before = tree(project.root.parent)
    status, _, said = run(capsys, *command.split())
    assert status == 2
    assert "Error: " in said
    assert tree(project.root.parent) == before
    assert not project.state_dir.exists()
