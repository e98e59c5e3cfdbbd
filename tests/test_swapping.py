"""Swaps: whole or not at all, whenever the process ends; files of others stay where they are."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.files import marks, swapping, workspace
from modelpress.files.replacing import require_replaceable
from tests.ended import DONE, ENDED, run_until
from tests.tiny import tiny_project

ONE = {"index.html": "one", "a/index.html": "one", "same.txt": "same", "gone/x.txt": "one"}
# `a` becomes a file and `gone` is left out: both ways in which folders change into others.
TWO = {"index.html": "two", "a": "two", "same.txt": "same", "new/deep/x.txt": "two"}
OTHERS = {".git/HEAD": "ref: x", ".nojekyll": "", "CNAME": "example.org", "new/mine.txt": "mine"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny_project(tmp_path / "project")


def quiet(text: str) -> None:
    raise AssertionError(text)


def fill(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def put(project: Project, files: dict[str, str]) -> None:
    with workspace.locked(project, quiet), workspace.temporary_folder(project, "new") as folder:
        swapping.swap(project, fill(folder / "site", files), project.site_dir)


def heal(project: Project) -> None:
    with workspace.locked(project, quiet):
        pass


def found(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in marks.names(folder) if name != marks.MARK}


def test_a_swap_replaces_the_whole_folder(project: Project) -> None:
    for files in (ONE, TWO, ONE):
        put(project, files)
        assert found(project.site_dir) == files
    assert not (project.state_dir / "tmp").exists()
    assert not swapping.swap_folder(project).exists()


def test_files_of_others_stay_where_they_are(project: Project) -> None:
    put(project, ONE)
    inode = (fill(project.site_dir, OTHERS) / ".git/HEAD").stat().st_ino
    for files in (TWO, ONE, TWO):
        put(project, files)
        assert found(project.site_dir) == files | OTHERS
    assert (project.site_dir / ".git/HEAD").stat().st_ino == inode


def test_a_file_that_is_the_same_is_not_written_again(project: Project) -> None:
    put(project, ONE)
    fill(project.site_dir, OTHERS)
    inode = (project.site_dir / "same.txt").stat().st_ino
    put(project, TWO)
    assert (project.site_dir / "same.txt").stat().st_ino == inode


@pytest.mark.parametrize("others", [{}, OTHERS], ids=["alone", "beside others"])
def test_ended_before_each_write(project: Project, others: dict[str, str]) -> None:
    put(project, ONE)
    fill(project.site_dir, others)
    old, new = ONE | others, TWO | others
    write, seen = 0, set()
    while True:
        write += 1
        status = run_until(write, lambda: put(project, TWO), project.root)
        between = found(project.site_dir) if project.site_dir.exists() else {}
        if not others:
            assert between in ({}, old, new)
        assert others.items() <= between.items() or not (others or between)
        heal(project)
        healed = found(project.site_dir)
        assert healed in (old, new)
        seen.add(healed == new)
        put(project, ONE)
        assert found(project.site_dir) == old
        if status == DONE:
            break
        assert status == ENDED
    assert write > 20
    assert seen == {True, False}


@pytest.mark.parametrize("others", [{}, OTHERS], ids=["alone", "beside others"])
def test_ended_while_it_is_completed(project: Project, others: dict[str, str]) -> None:
    """Once more, and once more: each time a little later."""
    put(project, ONE)
    fill(project.site_dir, others)
    writes = range(1, 60)
    for first in writes:
        status = run_until(first, lambda: put(project, TWO), project.root)
        for write in (3, 5, 7, 9):
            run_until(write, lambda: heal(project), project.root)
        heal(project)
        assert found(project.site_dir) in (ONE | others, TWO | others)
        put(project, ONE)
        if status == DONE:
            break
    assert status == DONE


def test_what_is_put_there_meanwhile_stays(project: Project) -> None:
    """Between the end of a process and the next command, in places of the new files."""
    mine = {"index.html": "mine", "new": "mine", "own.txt": "mine"}
    put(project, ONE)
    kept: set[tuple[str, str]] = set()
    for write in range(1, 60):
        status = run_until(write, lambda: put(project, TWO), project.root)
        if status == ENDED and not project.site_dir.exists():
            fill(project.site_dir, mine)
            heal(project)
            assert mine.items() <= found(project.site_dir).items()
            kept |= mine.items()
            for name in mine:
                (project.site_dir / name).unlink()
        heal(project)
        put(project, ONE)
        if status == DONE:
            break
    assert kept == set(mine.items())


@pytest.mark.parametrize(
    ("name", "blocking"),
    [
        ("index.html", "index.html"),
        ("new", "new"),
        ("new/deep/x.txt/mine.txt", "new/deep/x.txt/mine.txt"),
        ("a/mine.txt", "a/mine.txt"),
    ],
)
def test_a_file_in_the_way_is_a_refusal(project: Project, name: str, blocking: str) -> None:
    first = {key: text for key, text in ONE.items() if key != name}
    put(project, first)
    fill(project.site_dir, {name: "mine", ".git/HEAD": "x"})
    before = found(project.site_dir)
    with pytest.raises(ModelpressError, match="overwrite files that it did not make") as caught:
        put(project, TWO)
    assert blocking in caught.value.found
    assert found(project.site_dir) == before
    (project.site_dir / name).unlink()
    if name == "new/deep/x.txt/mine.txt":
        assert (project.site_dir / "new/deep/x.txt").is_dir()
    put(project, TWO)
    assert found(project.site_dir) == {**TWO, ".git/HEAD": "x"}


def test_a_link_in_the_way_is_not_followed(project: Project, tmp_path: Path) -> None:
    put(project, ONE)
    elsewhere = fill(tmp_path / "elsewhere", {"deep/x.txt": "mine"})
    (project.site_dir / "new").symlink_to(elsewhere)
    with pytest.raises(ModelpressError, match="did not make"):
        put(project, TWO)
    assert found(elsewhere) == {"deep/x.txt": "mine"}
    (project.site_dir / "new").unlink()
    os.rename(project.site_dir / "gone", tmp_path / "gone")  # noqa: PTH104
    (project.site_dir / "gone").symlink_to(tmp_path / "gone")
    put(project, TWO)
    assert found(tmp_path / "gone") == {"x.txt": "one"}
    assert (project.site_dir / "gone").is_symlink()


def test_the_same_file_of_the_authors_stays_theirs(project: Project) -> None:
    put(project, ONE)
    fill(project.site_dir, {"CNAME": "example.org"})
    put(project, TWO | {"CNAME": "example.org"})
    assert "CNAME" not in marks.own_names(project.site_dir)
    assert (project.site_dir / "CNAME").read_text() == "example.org"


def test_what_was_edited_is_a_refusal(project: Project) -> None:
    put(project, ONE)
    fill(project.site_dir, {"index.html": "edited"})
    with pytest.raises(ModelpressError, match="changed after the build") as caught:
        put(project, TWO)
    assert caught.value.found == "index.html"
    assert found(project.site_dir) == ONE | {"index.html": "edited"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"photo.jpg": "x"}, "did not make"),
        ({"index.html": "another generator's"}, "did not make"),
        ({marks.MARK: "{"}, "can't be read"),
        ({marks.MARK: '{"files": {"../x": "0"}}'}, "can't be read"),
        ({marks.MARK: '{"files": {"/etc/passwd": "0"}}'}, "can't be read"),
        ({marks.MARK: '{"files": []}'}, "can't be read"),
        ({marks.MARK: "[]"}, "can't be read"),
        ({".git/HEAD": "x", ".nojekyll": "", "CNAME": "x"}, ""),
        ({marks.MARK: "", "README.md": "x"}, ""),
        ({}, ""),
    ],
)
def test_a_folder_that_no_build_has_marked(
    project: Project, files: dict[str, str], said: str
) -> None:
    project.site_dir.mkdir()
    fill(project.site_dir, files)
    if said:
        with pytest.raises(ModelpressError, match=said):
            require_replaceable(project, project.site_dir)
        with pytest.raises(ModelpressError, match=said):
            put(project, ONE)
        assert (
            files.items() <= {**found(project.site_dir), marks.MARK: files.get(marks.MARK)}.items()
        )
        return
    require_replaceable(project, project.site_dir)
    put(project, ONE)
    put(project, TWO)
    files.pop(marks.MARK, None)
    assert found(project.site_dir) == TWO | files


def test_a_swap_that_is_refused_by_the_system_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(project, ONE)
    renames = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "new" and target == project.site_dir:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return renames(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ModelpressError, match="can't replace the old one") as caught:
        put(project, TWO)
    assert str(project.site_dir) in str(caught.value)
    assert found(project.site_dir) == ONE
    assert not swapping.swap_folder(project).exists()


def test_a_project_that_was_moved_is_healed(project: Project, tmp_path: Path) -> None:
    put(project, ONE)
    for write in range(1, 60):
        if run_until(write, lambda: put(project, TWO), project.root) != ENDED:
            break
        if not project.site_dir.exists():
            moved = tmp_path / "moved"
            project.root.rename(moved)
            again = tiny_project_at(moved)
            heal(again)
            assert found(again.site_dir) == TWO
            return
        heal(project)
    raise AssertionError("no end of the process left the site away")


def tiny_project_at(folder: Path) -> Project:
    return Project(folder / "mkdocs.yml", folder / "models", folder / "docs", folder / "site")
