"""`clean` removes what a build made, and names what it leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from modelpress.build.archive import archive_path, put_archive
from modelpress.build.cleaning import clean
from modelpress.caching.keys import sha256
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.files import marks, swapping, workspace
from tests.killing import tree
from tests.tiny import tiny_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny_project(tmp_path / "project")


def quiet(text: str) -> None:
    raise AssertionError(text)


def fill(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def make(project: Project) -> None:
    """What a build leaves: a site, an archive, and something of each kind in the state folder."""
    with workspace.locked(project, quiet), workspace.temporary_folder(project, "new") as folder:
        for place in (project.public_dir, project.site_dir):
            fill(folder / "made/index.html")
            fill(folder / "made/assets/a.js")
            swapping.swap(project, folder / "made", place)
        put_archive(project, fill(folder / "packed.zip"))
        fill(project.state_dir / "cache/train/line/0123456789abcdef/entry.json", "x" * 2_000_000)
        fill(project.rows_dir / "digits-rows-0123.npz")
        fill(project.rows_dir / "digits-rows.lock", "")
        fetched = fill(project.downloads_dir / "mnist/images.gz")
        fill(fetched.with_name("images.gz.sha256"), sha256(fetched))
        fill(fetched.with_name("images.gz.lock"), "")
        for name in ("site.json", "explore.json", "formulas.json"):
            fill(project.state_dir / name)


def test_everything_that_a_build_made_goes(project: Project) -> None:
    assert clean(project, keep_downloads=False) == ["There is nothing to remove."]
    before = tree(project.root)
    make(project)
    said = clean(project, keep_downloads=False)
    assert tree(project.root) == before
    assert not project.state_dir.exists()
    assert not project.site_dir.exists()
    assert said[:2] == ["Removed site.", "Removed modelpress-site.zip."]
    assert "Removed .modelpress/cache, 2.0 MB." in said
    assert not [line for line in said if not line.startswith("Removed ")]
    assert clean(project, keep_downloads=False) == ["There is nothing to remove."]


def test_downloads_can_be_kept(project: Project) -> None:
    make(project)
    said = clean(project, keep_downloads=True)
    assert "Kept .modelpress/downloads." in said
    assert (project.downloads_dir / "mnist/images.gz").is_file()
    assert not (project.state_dir / "cache").exists()
    make(project)


OTHERS = [
    "site/.git/HEAD",
    "site/CNAME",
    "site/assets/mine.js",
    ".modelpress/notes.txt",
    ".modelpress/cache/mine.txt",
    ".modelpress/cache/train/mine.txt",
    ".modelpress/public/mine.txt",
    ".modelpress/rows/table.csv",
    ".modelpress/downloads/mnist/mine.gz",
    ".modelpress/downloads/mine.gz",
    ".modelpress/tmp/mine.txt",
    ".modelpress/swap/mine.txt",
]


def test_files_of_others_stay_and_are_named(project: Project) -> None:
    before = tree(project.root)
    make(project)
    for name in OTHERS:
        fill(project.root / name, f"mine: {name}")
    said = clean(project, keep_downloads=False)
    left = {name: value for name, value in tree(project.root).items() if name not in before}
    kept = {".modelpress/CACHEDIR.TAG", ".modelpress/.gitignore", ".modelpress/lock"}
    assert set(left) == {*OTHERS, *kept}
    assert all((project.root / name).read_text() == f"mine: {name}" for name in OTHERS)
    assert "Removed 2 files from site." in said
    left_in_site = "site/.git, site/CNAME, site/assets"
    assert f"Left {left_in_site}: not made by Modelpress, or changed since." in said
    assert "Left .modelpress/notes.txt: Modelpress did not make it." in said
    for name in ("cache", "public", "rows", "downloads", "tmp", "swap"):
        assert f"Left .modelpress/{name}: it holds files that Modelpress did not make." in said
    (project.site_dir / "assets/mine.js").unlink()
    (project.site_dir / "assets").rmdir()
    make(project)  # beside the hidden files and CNAME


def test_what_was_edited_stays(project: Project) -> None:
    make(project)
    fill(project.site_dir / "index.html", "edited")
    fill(archive_path(project), "edited")
    said = clean(project, keep_downloads=False)
    assert (project.site_dir / "index.html").read_text() == "edited"
    assert archive_path(project).read_text() == "edited"
    assert "Left modelpress-site.zip: Modelpress did not make it." in said
    assert any(line.startswith("Left site/index.html: ") for line in said)


@pytest.mark.parametrize("site", ["public", "site"])
def test_a_folder_that_no_build_made_stays(project: Project, site: str) -> None:
    project = replace(project, site_dir=project.root / site)
    fill(project.site_dir / "index.html", "another generator's")
    fill(archive_path(project), "mine")
    before = tree(project.root)
    said = clean(project, keep_downloads=False)
    assert tree(project.root) == before
    assert said == [
        f"Left {site}: Modelpress did not make it.",
        "Left modelpress-site.zip: Modelpress did not make it.",
    ]


def test_an_archive_that_is_a_folder_stays(project: Project) -> None:
    fill(archive_path(project) / "letter.txt", "mine")
    assert clean(project, keep_downloads=False) == [
        "Left modelpress-site.zip: Modelpress did not make it."
    ]
    with pytest.raises(ModelpressError, match="archive would replace"):
        make(project)
    assert (archive_path(project) / "letter.txt").read_text() == "mine"


def test_a_folder_that_was_there_before_stays(project: Project, tmp_path: Path) -> None:
    """As where a link leads: the folder is the author's, its files are ours."""
    (tmp_path / "web").mkdir()
    project.site_dir.symlink_to(tmp_path / "web")
    project = replace(project, site_dir=tmp_path / "web")
    make(project)
    assert (tmp_path / "web/index.html").is_file()
    make(project)
    clean(project, keep_downloads=False)
    assert (tmp_path / "web").is_dir()
    assert not list((tmp_path / "web").iterdir())


def test_a_state_folder_behind_a_link(project: Project, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    project.state_dir.symlink_to(tmp_path / "disk")
    make(project)
    fill(tmp_path / "disk/letter.txt", "mine")
    clean(project, keep_downloads=False)
    assert project.state_dir.is_symlink()
    assert (tmp_path / "disk/letter.txt").read_text() == "mine"
    (tmp_path / "disk/letter.txt").unlink()
    clean(project, keep_downloads=False)
    assert not list((tmp_path / "disk").iterdir())
    assert project.state_dir.is_symlink()


def test_links_in_the_state_folder_are_not_followed(project: Project, tmp_path: Path) -> None:
    make(project)
    fill(tmp_path / "disk/0123456789abcdef/letter.txt", "mine")
    (project.state_dir / "cache/train/linked").symlink_to(tmp_path / "disk")
    fill(tmp_path / "rows/mine-rows-0.npz", "mine")
    (project.rows_dir / "digits-rows-0123.npz").unlink()
    (project.rows_dir / "digits-rows.lock").unlink()
    project.rows_dir.rmdir()
    project.rows_dir.symlink_to(tmp_path / "rows")
    clean(project, keep_downloads=False)
    assert (tmp_path / "disk/0123456789abcdef/letter.txt").read_text() == "mine"
    assert (tmp_path / "rows/mine-rows-0.npz").read_text() == "mine"


def test_a_state_folder_of_the_authors_is_a_refusal(project: Project) -> None:
    fill(project.state_dir / "letter.txt", "mine")
    with pytest.raises(ModelpressError, match="did not make"):
        clean(project, keep_downloads=False)
    assert (project.state_dir / "letter.txt").read_text() == "mine"


def test_an_archive_of_the_authors_is_not_replaced(project: Project, tmp_path: Path) -> None:
    fill(archive_path(project), "mine")
    with pytest.raises(ModelpressError, match="archive would replace") as caught:
        put_archive(project, fill(tmp_path / "packed.zip"))
    assert caught.value.where == "modelpress-site.zip"
    assert archive_path(project).read_text() == "mine"
    archive_path(project).unlink()
    archive_path(project).symlink_to(fill(tmp_path / "letter.txt", "mine"))
    with pytest.raises(ModelpressError, match="archive would replace"):
        put_archive(project, fill(tmp_path / "packed.zip"))
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_the_mark_lists_what_is_there(project: Project) -> None:
    make(project)
    mark = marks.read(project.site_dir)
    assert mark is not None
    assert set(mark.files) == {"index.html", "assets/a.js"}
    assert mark.files["index.html"] == sha256(project.site_dir / "index.html")
