"""`modelpress new`: a site from nothing, whose next command works; no file is overwritten."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from modelpress import cli
from modelpress.build.new_site import write_site
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError
from modelpress.spec.discovery import find_models


def test_the_files_of_a_new_site(tmp_path: Path) -> None:
    folder = tmp_path / "my-first_site"
    written = write_site(folder)
    assert all(path.is_file() for path in written)
    project = find_project(folder / "mkdocs.yml")
    assert list(find_models(project)) == ["wave"]
    assert yaml.safe_load((folder / "mkdocs.yml").read_text())["site_name"] == "my first site"
    assert "/.modelpress/" in (folder / ".gitignore").read_text()
    assert (folder / "requirements.txt").read_text().count("\nmodelpress") == 1


def test_the_workflow_installs_a_browser_caches_and_builds(tmp_path: Path) -> None:
    write_site(tmp_path)
    workflow = yaml.safe_load((tmp_path / ".github/workflows/site.yml").read_text())
    steps = workflow["jobs"]["build"]["steps"]
    runs = [step.get("run", step.get("uses", "")) for step in steps]
    assert runs.index("modelpress browser --install") < runs.index("modelpress build")
    cache = next(step for step in steps if "actions/cache" in step.get("uses", ""))
    assert cache["with"]["path"] == ".modelpress"
    assert steps.index(cache) < runs.index("modelpress build")
    assert "--no-browser" not in str(workflow)  # else an unproven site would be published
    assert workflow["jobs"]["publish"]["needs"] == "build"


@pytest.mark.parametrize("name", ["mkdocs.yml", "mkdocs.yaml", "docs/wave.md", ".gitignore"])
def test_no_file_is_overwritten(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ModelpressError) as caught:
        write_site(tmp_path)
    assert name in caught.value.found
    assert sorted(tmp_path.rglob("*")) == before
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["docs", "models", "site", "failures"])
def test_a_folder_with_other_files_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "notes.txt").write_text("mine")
    with pytest.raises(ModelpressError) as caught:
        write_site(tmp_path)
    assert caught.value.found == f"{name}/"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_links_and_files_in_the_place_of_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "site/docs").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "site/mkdocs.yml").symlink_to(tmp_path / "missing")
    with pytest.raises(ModelpressError) as caught:
        write_site(tmp_path / "site")
    assert caught.value.found == "mkdocs.yml, docs/"
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelpressError, match="needs a folder"):
        write_site(tmp_path / "file/below")


def test_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    write_site(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_the_command_names_the_next_one(tmp_path: Path) -> None:
    found = CliRunner().invoke(cli.cli, ["new", str(tmp_path / "a site")])
    assert found.exit_code == 0
    line = next(line for line in found.output.splitlines() if line.startswith("  cd "))
    assert line.startswith(f"  cd '{tmp_path}/a site' && ")
    assert line.endswith("build")


@pytest.mark.slow
def test_a_stranger_follows_what_the_command_prints(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    made = subprocess.run(
        ["modelpress", "new", "my site"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(line for line in made.stdout.splitlines() if line.startswith("  "))
    done = subprocess.run(
        line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "my site/site/wave/index.html").read_text()
    assert '<modelpress-model model="wave" state="prerendered"' in page
    assert "1 gives 0.8" in page
