"""The archive as a file: every link leads to a file of it, and its bytes are always the same."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from modelpress.build.archive import ARCHIVE, archive_path, pack, write_archive
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError
from modelpress.site.publish.offline import control_html
from tests.archive_site import archived_project, crawl, unpacked


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, training_project: Path) -> Path:
    return archived_project(tmp_path_factory, training_project)


@pytest.fixture(scope="session")
def stick(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    return unpacked(tmp_path_factory, project)


def test_every_link_leads_to_a_file_of_the_archive(stick: Path) -> None:
    pages, foreign = crawl(stick)
    assert {"gate.html", "sub/links.html", "offline.html"} <= pages
    assert {link for link in foreign if "squidfunk" not in link} == {"https://example.org/"}


def test_what_scripts_read_is_there_twice_and_equal(stick: Path) -> None:
    manifest = json.loads((stick / "models/manifest.json").read_text())
    read = [
        file
        for entry in manifest["models"].values()
        for name, file in entry["files"].items()
        if not name.endswith((".py", ".png")) and name != "model.keras"
    ]
    assert len(read) > 20
    for file in read:
        twin = (stick / f"{file['url']}.js").read_text("utf-8")
        plain = re.fullmatch(r"modelpressArchive\.base64\('(.*)'\);\n", twin)
        content = base64.b64decode(plain[1]) if plain else (stick / file["url"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"], file["url"]
        assert plain or file["url"].endswith(".json")


def test_nothing_is_left_of_what_only_a_web_host_can_do(stick: Path, project: Path) -> None:
    names = {path.relative_to(stick).as_posix() for path in stick.rglob("*") if path.is_file()}
    assert not {name for name in names if re.match(r"(sw\.js|offline\S*\.json|.*manifest)$", name)}
    assert not {name for name in names if name.endswith((".map", "sitemap.xml", "404.html"))}
    text = (stick / "offline.html").read_text("utf-8")
    assert control_html(archive=True) in text
    assert "modelpress-offline" not in text
    assert "<modelpress-offline" in (project / "site/offline/index.html").read_text("utf-8")


@pytest.mark.slow
def test_the_same_site_gives_the_same_bytes_and_a_failure_leaves_them(
    project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project, tmp_path / "project")
    ours = find_project(tmp_path / "project/mkdocs.yml")
    (ours.docs_dir / "own.mjs").write_text("export default 1;\n")
    with ours.config_file.open("a") as config:
        config.write("extra_javascript: [{path: own.mjs, type: module}]\n")
    notes: list[str] = []
    place = write_archive(ours, notes.append)
    assert place == archive_path(ours) == tmp_path / "project" / ARCHIVE
    assert notes == [
        "The archive leaves out what own.mjs does (on alone.html first): it is a module, which "
        "browsers refuse to run from a folder."
    ]
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        assert {"index.html", "line.html"} <= set(archive.namelist())
    first = place.read_bytes()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").rename(tmp_path / "elsewhere/project")
    ours = find_project(tmp_path / "elsewhere/project/mkdocs.yml")
    place = write_archive(ours, notes.append)
    assert place.read_bytes() == first
    (ours.docs_dir / "index.md").unlink()
    with pytest.raises(ModelpressError, match="no page to open"):
        write_archive(ours, notes.append)
    assert place.read_bytes() == first


def test_a_zip_is_made_of_names_and_bytes_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    (folder / "b").mkdir(parents=True)
    for name in ("z.txt", "b/ü.txt", "p.png"):
        (folder / name).write_bytes(b"0" * 1000)
    pack(folder, tmp_path / "1.zip")
    (folder / "z.txt").touch(mode=0o600)
    pack(folder, tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.namelist() == ["b/ü.txt", "p.png", "z.txt"]
        kinds = [entry.compress_type for entry in archive.infolist()]
    assert kinds == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]
