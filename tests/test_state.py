"""The state folder: one at a time, swaps that survive a crash, and cleaning up."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline import state
from pipeline.errors import ModelpressError
from pipeline.project import Project
from tests.tiny import tiny_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny_project(tmp_path)


def fill(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text)
    return folder


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

    with state.locked(project, note):
        assert "Waiting" in said[0]


def test_the_state_is_never_committed(project: Project) -> None:
    with state.locked(project, quiet):
        assert (project.state_dir / ".gitignore").read_text() == "*\n"


def test_a_swap_replaces_the_whole_folder(project: Project) -> None:
    with state.locked(project, quiet):
        for text in ("one", "two"):
            with state.temporary_folder(project, "new") as folder:
                state.swap(project, fill(folder / "site", text), project.site_dir)
            assert (project.site_dir / "index.html").read_text() == text
    assert not (project.state_dir / "tmp").exists()


def test_a_crash_between_the_renames_is_healed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project.site_dir, "old")
    renames = Path.rename
    calls: list[Path] = []

    def once(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) >= 2:
            raise SystemExit  # the process ends here: nothing runs any more
        return renames(self, target)

    def crash() -> None:
        with state.locked(project, quiet), state.temporary_folder(project, "new") as folder:
            monkeypatch.setattr(Path, "rename", once)
            state.swap(project, fill(folder / "site", "new"), project.site_dir)

    with pytest.raises(SystemExit):
        crash()
    monkeypatch.undo()
    assert not project.site_dir.exists()
    with state.locked(project, quiet):
        assert (project.site_dir / "index.html").read_text() == "old"


def test_a_swap_that_is_refused_puts_the_old_folder_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project.site_dir, "old")
    renames = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.parent.name.startswith("new-"):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return renames(self, target)

    def swap() -> None:
        with state.locked(project, quiet), state.temporary_folder(project, "new") as folder:
            monkeypatch.setattr(Path, "rename", refuse)
            state.swap(project, fill(folder / "site", "new"), project.site_dir)

    with pytest.raises(ModelpressError, match="can't take the place") as caught:
        swap()
    assert str(project.site_dir) in str(caught.value)
    assert (project.site_dir / "index.html").read_text() == "old"


def test_leftovers_of_an_interrupted_build_go(project: Project) -> None:
    fill(project.state_dir / "tmp" / "train-line-x", "half")
    with state.locked(project, quiet):
        assert not (project.state_dir / "tmp").exists()


def test_clean_says_what_it_removes(project: Project) -> None:
    assert state.clean(project, keep_downloads=False) == ["There is nothing to remove."]
    fill(project.site_dir, "x")
    fill(project.state_dir / "cache", "x" * 2_000_000)
    fill(project.downloads_dir, "x")
    state.archive_path(project).write_bytes(b"x")
    said = state.clean(project, keep_downloads=True)
    assert said == [
        "Removed .modelpress/cache, 2.0 MB.",
        "Kept .modelpress/downloads.",
        "Removed site.",
        "Removed modelpress-site.zip.",
    ]
    assert project.downloads_dir.exists()
    assert not project.site_dir.exists()
    state.clean(project, keep_downloads=False)
    assert not project.state_dir.exists()
