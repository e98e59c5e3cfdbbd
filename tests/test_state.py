"""The state folder: one command at a time, marked as ours, and nothing of others touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.files import workspace
from modelpress.files.state_folder import TAG
from tests.tiny import tiny_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny_project(tmp_path / "project")


def quiet(text: str) -> None:
    raise AssertionError(text)


def test_waiting_is_said(project: Project) -> None:
    project.state_dir.mkdir()
    other = FileLock(project.state_dir / "lock")
    other.acquire()
    said: list[str] = []

    def note(text: str) -> None:
        said.append(text)
        other.release()

    with workspace.locked(project, note):
        assert "Waiting" in said[0]


def test_the_state_is_never_committed(project: Project) -> None:
    with workspace.locked(project, quiet):
        assert (project.state_dir / ".gitignore").read_text() == "*\n"


def test_backups_know_the_folder(project: Project) -> None:
    with workspace.locked(project, quiet):
        tag = (project.state_dir / TAG).read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


def test_leftovers_of_an_interrupted_build_go(project: Project) -> None:
    with workspace.locked(project, quiet):
        left = workspace.temporary_folder(project, "train-line")
        (left.__enter__() / "half").write_text("half")
    assert not (project.state_dir / "tmp").exists()


def test_files_of_the_authors_stay(project: Project) -> None:
    with workspace.locked(project, quiet):
        pass
    names = ("notes.txt", "tmp/notes.txt", "swap/notes.txt", "cache/notes.txt")
    for name in names:
        (project.state_dir / name).parent.mkdir(exist_ok=True)
        (project.state_dir / name).write_text("mine")
    with workspace.locked(project, quiet), workspace.temporary_folder(project, "new"):
        pass
    assert all((project.state_dir / name).read_text() == "mine" for name in names)


@pytest.mark.parametrize(
    "files",
    [
        {"notes.txt": "mine"},
        {"lock": "mine"},
        {"cache": "a file"},
        {".gitignore": "*\n"},
        {TAG: "Signature of another", "cache/x": ""},
    ],
)
def test_a_folder_of_the_authors_with_that_name_is_refused(
    project: Project, files: dict[str, str]
) -> None:
    for name, text in files.items():
        (project.state_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (project.state_dir / name).write_text(text)
    with pytest.raises(ModelpressError, match="did not make"), workspace.locked(project, quiet):
        pass
    found = {
        path.relative_to(project.state_dir).as_posix(): path.read_text()
        for path in project.state_dir.rglob("*")
        if path.is_file()
    }
    assert found == files


@pytest.mark.parametrize(
    "files",
    [
        {},
        {".CACHEDIR.TAG-abc.unfinished": "Sig"},  # ended while it was marked
        {"lock": ""},  # ended while it was removed
        {"lock": "", ".gitignore": "*\n", "cache/x": ""},  # of a version that wrote no tag
        {"cache/train/x": "", "downloads/mnist/x": ""},  # restored by a machine for builds
    ],
)
def test_a_folder_that_is_ours_without_the_tag(project: Project, files: dict[str, str]) -> None:
    project.state_dir.mkdir()
    for name, text in files.items():
        (project.state_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (project.state_dir / name).write_text(text)
    with workspace.locked(project, quiet):
        assert (project.state_dir / TAG).is_file()


def test_a_link_to_nowhere_is_said(project: Project) -> None:
    project.state_dir.symlink_to(project.root / "nowhere")
    with pytest.raises(ModelpressError, match="something else has it"):
        workspace.locked(project, quiet).__enter__()


def test_a_link_to_an_empty_folder_is_used(project: Project, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    project.state_dir.symlink_to(tmp_path / "disk")
    with workspace.locked(project, quiet):
        pass
    assert (tmp_path / "disk" / TAG).is_file()


def test_a_link_to_files_of_the_authors_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/letter.txt").write_text("mine")
    project.state_dir.symlink_to(tmp_path / "disk")
    with pytest.raises(ModelpressError, match="did not make"):
        workspace.locked(project, quiet).__enter__()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["letter.txt"]
