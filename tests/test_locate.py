"""Where rows come from: local files alone and in groups, the download, what is built in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelpress.core.errors import ModelpressError
from modelpress.data.locate import DataRequest, Wanted, fingerprint, locate

CHOICE = (("rows.csv", "rows.json"),)
PAIR = (("images.gz", "images"), ("labels.gz", "labels"))
WANTED = Wanted("rows", (CHOICE, PAIR), ("rows.csv",), packages=("numpy",))


def put(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(name)
    return folder


def test_local_data_comes_first_then_downloads_then_built_in(tmp_path: Path) -> None:
    downloads, local = tmp_path / "downloads", tmp_path / "local"
    local.mkdir()
    asked = DataRequest(local)
    assert locate(WANTED, asked, downloads).source == "builtin"
    assert locate(WANTED, DataRequest(local, download=True), downloads).missing
    (downloads / "rows").mkdir(parents=True)
    (downloads / "rows" / "rows.csv").write_text("x,y\n")
    assert locate(WANTED, asked, downloads).paths == (downloads / "rows" / "rows.csv",)
    (local / "rows.json").write_text("{}")
    assert locate(WANTED, asked, downloads).paths == (local / "rows.json",)
    assert locate(WANTED, DataRequest(local / "rows.json"), downloads).source == "local"
    (local / "other.csv").write_text("")
    assert locate(WANTED, DataRequest(local / "other.csv"), downloads).source == "download"


def test_the_fingerprint_is_of_content(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.csv").write_text("1")
    prints = [
        fingerprint(WANTED, locate(WANTED, DataRequest(tmp_path / name), tmp_path))
        for name in ("a", "b")
    ]
    assert prints[0] == prints[1]
    (tmp_path / "a" / "rows.csv").write_text("2")
    again = locate(WANTED, DataRequest(tmp_path / "a"), tmp_path)
    assert fingerprint(WANTED, again) != prints[0]


def test_files_that_belong_together(tmp_path: Path) -> None:
    local = put(tmp_path / "local", "images", "labels.gz", "labels")
    found = locate(WANTED, DataRequest(local), tmp_path)
    assert found.paths == (local / "images", local / "labels.gz")
    assert (found.source, found.reader) == ("local", 1)
    # One of them may be named: it is taken, the others beside it.
    named = locate(WANTED, DataRequest(local / "labels"), tmp_path)
    assert named.paths == (local / "images", local / "labels")
    put(local, "rows.json")
    assert locate(WANTED, DataRequest(local), tmp_path).reader == 0
    assert locate(WANTED, DataRequest(local / "images"), tmp_path).reader == 1


def test_a_group_that_is_not_complete_is_said(tmp_path: Path) -> None:
    local = put(tmp_path / "local", "labels")
    for asked in (local, local / "labels"):
        with pytest.raises(ModelpressError, match="not complete") as caught:
            locate(WANTED, DataRequest(asked), tmp_path)
        assert caught.value.found == "no file named images.gz or images"
    # It is no fault where another source serves.
    put(tmp_path / "rows", "rows.csv")
    assert locate(WANTED, DataRequest(local), tmp_path).source == "download"


def test_the_fingerprint_is_of_all_files_of_a_group(tmp_path: Path) -> None:
    local = put(tmp_path, "images", "labels")
    before = fingerprint(WANTED, locate(WANTED, DataRequest(local), tmp_path))
    (local / "labels").write_text("other")
    assert fingerprint(WANTED, locate(WANTED, DataRequest(local), tmp_path)) != before


def test_built_in_rows_can_be_asked_for(tmp_path: Path) -> None:
    local = put(tmp_path / "local", "rows.csv")
    found = locate(WANTED, DataRequest(local, builtin=True), tmp_path)
    assert (found.source, found.paths) == ("builtin", ())
    assert found.real is not None
    assert found.real.paths == (local / "rows.csv",)
    nothing = locate(WANTED, DataRequest(builtin=True), tmp_path)
    assert nothing == locate(WANTED, DataRequest(), tmp_path)
    # The rows that measure are part of the key; without any the key is the default build's.
    before = fingerprint(WANTED, found)
    assert before != fingerprint(WANTED, nothing)
    (local / "rows.csv").write_text("other")
    assert fingerprint(WANTED, found) != before
    assert locate(WANTED, DataRequest(download=True, builtin=True), tmp_path).missing


def test_a_set_without_built_in_rows_is_used_all_the_same(tmp_path: Path) -> None:
    wanted = Wanted("rows", (CHOICE,), builtin=False)
    local = put(tmp_path / "local", "rows.csv")
    assert locate(wanted, DataRequest(local, builtin=True), tmp_path).source == "local"


def test_what_is_wanted_survives_json() -> None:
    wanted = Wanted("rows", (CHOICE, PAIR), ("a", "b"), ("numpy",), download_urls=("x", "y"))
    assert Wanted.from_dict(json.loads(json.dumps(wanted.as_dict()))) == wanted
