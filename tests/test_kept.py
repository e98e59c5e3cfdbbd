"""Built-in rows are made once, kept whole, and made again when they are damaged or outdated."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from modelpress.caching.observing.file_access import ReadFiles
from modelpress.core.project import Project
from modelpress.data import BuiltIn, Data, DataRequest, Dataset, Split, load
from modelpress.data.kept_rows import CachedExamples
from tests.observed import in_a_process
from tests.tiny import bare_project

SOURCE = """
import pathlib, time
import numpy as np

def rows():
    with open("{calls}", "a") as file:
        file.write("x")
    time.sleep(0.05)  # so that makers side by side would overlap
    return {{"train": (np.arange(6, dtype=np.uint8).reshape(3, 2), np.ones(3, np.uint8))}}

NAMES = "beside.json"
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module whose `rows` counts its calls in the file `calls`."""
    return written(tmp_path, monkeypatch, "")


def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str) -> ModuleType:
    path = tmp_path / "maker.py"
    path.write_text(SOURCE.format(calls=tmp_path / "calls") + more)
    module = ModuleType("maker")
    module.__file__ = str(path)
    exec(compile(path.read_text(), path, "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "maker", module)
    return module


def calls(tmp_path: Path) -> int:
    path = tmp_path / "calls"
    return len(path.read_text()) if path.exists() else 0


def got(module: Any, tmp_path: Path, said: list[str] | None = None) -> Any:
    kept = CachedExamples(bare_project(tmp_path))
    x, y = kept.get(module.rows, (), (said if said is not None else []).append)["train"]
    assert x.dtype == y.dtype == np.uint8
    assert (x == np.arange(6).reshape(3, 2)).all()
    return x


@in_a_process
def test_rows_are_made_once_for_models_side_by_side(module: Any, tmp_path: Path) -> None:
    said: list[str] = []
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: got(module, tmp_path, said), range(3)))
    assert calls(tmp_path) == 1
    assert said.count("generating the built-in examples, once for all models") == 1
    got(module, tmp_path)
    assert calls(tmp_path) == 1


@pytest.mark.parametrize("damage", ["cut", "altered", "empty", "text"])
@in_a_process
def test_damaged_rows_are_made_again(module: Any, tmp_path: Path, damage: str) -> None:
    got(module, tmp_path)
    (path,) = bare_project(tmp_path).rows_dir.glob("*.npz")
    content = bytearray(path.read_bytes())
    if damage == "altered":
        content[content.index(b"\0\1\2\3\4\5")] = 9
    made = {"cut": content[:-30], "altered": content, "empty": b"", "text": b"rows"}
    path.write_bytes(bytes(made[damage]))
    got(module, tmp_path)
    assert calls(tmp_path) == 2
    got(module, tmp_path)
    assert calls(tmp_path) == 2


@in_a_process
def test_a_changed_maker_makes_new_rows(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got(module, tmp_path)
    got(written(tmp_path, monkeypatch, "OTHER = 1\n"), tmp_path)
    assert calls(tmp_path) == 2
    (tmp_path / "beside.json").write_text("{}")  # data beside the module that it names
    got(module, tmp_path)
    assert calls(tmp_path) == 3
    assert len(list(bare_project(tmp_path).rows_dir.glob("*.npz"))) == 2  # older ones make room


@in_a_process
def test_an_interrupted_writer_leaves_nothing_behind(module: Any, tmp_path: Path) -> None:
    bare_project(tmp_path).rows_dir.mkdir(parents=True)
    name = f"{module.rows.__module__}-rows"
    (bare_project(tmp_path).rows_dir / f".{name}-0.part").write_bytes(b"half")
    got(module, tmp_path)
    files = bare_project(tmp_path).rows_dir.iterdir()
    assert sorted(path.suffix for path in files) == [".lock", ".npz"]


def read_of(project: Project, rows: Any) -> dict[str, Any]:
    """What a model has read that takes these rows."""
    reading = ReadFiles(project)
    (project.root / "own.txt").read_text()
    CachedExamples(project, reading).get(rows, (), lambda _: None)
    (project.root / "after.txt").read_text()
    return dict(reading.stop()["files"])


@in_a_process
def test_files_that_making_the_rows_reads_count(tmp_path: Path) -> None:
    """For the rows, and for every model that takes them, whichever has made them."""
    project, made = bare_project(tmp_path), []
    for name in ("tides.txt", "own.txt", "after.txt"):
        (tmp_path / name).write_text("1")

    def rows() -> Any:
        made.append(1)
        tide = np.array([float((tmp_path / "tides.txt").read_text())])
        return {"train": (tide, tide)}

    for _ in ("makes the rows", "takes them"):
        assert {"tides.txt", "own.txt", "after.txt"} <= set(read_of(project, rows))
        assert len(made) == 1
    # What was read before may be what importing the rows' module has read.
    for name, times in (("tides.txt", 2), ("own.txt", 3), ("after.txt", 3)):
        (tmp_path / name).write_text("2")
        read_of(project, rows)
        assert len(made) == times, name
    assert CachedExamples(project).get(rows, (), lambda _: None)["train"][0] == [2]


@in_a_process
def test_files_that_an_earlier_training_has_read_count_for_the_rows(tmp_path: Path) -> None:
    """The model file was then imported unobserved."""
    project, made = bare_project(tmp_path), []
    (tmp_path / "table.txt").write_text("1")
    known = {"files": {"table.txt": "content"}, "env": []}

    def rows() -> Any:
        made.append(1)
        return {"train": (np.ones(1), np.ones(1))}

    for text, times in (("1", 1), ("1", 1), ("2", 2)):
        (tmp_path / "table.txt").write_text(text)
        CachedExamples(project, None, known).get(rows, (), lambda _: None)
        assert len(made) == times


@in_a_process
def test_what_is_read_apart_leaves_an_observation_as_it_was(tmp_path: Path) -> None:
    names = {"apart", "paused", "after"}  # modules that other tests have imported are read, too
    for name in names:
        (tmp_path / name).write_text("1")
    reading = ReadFiles(bare_project(tmp_path))
    with reading.paused():
        with reading.apart() as other:
            (tmp_path / "apart").read_text()
            assert names & set(other.stop()["files"]) == {"apart"}
        (tmp_path / "paused").read_text()
    (tmp_path / "after").read_text()
    assert names & set(reading.stop()["files"]) == {"after"}


@in_a_process
def test_a_data_set_reads_kept_rows(module: Any, tmp_path: Path) -> None:
    def read(rows: Any) -> Data:
        return Data(train=Split(*rows["train"]))

    dataset = Dataset("rows", "Rows", "CC0", sources=(BuiltIn(read, rows=module.rows),))
    kept = CachedExamples(bare_project(tmp_path))
    for made_so_far in (1, 1):
        made = load(dataset, DataRequest(), tmp_path, lambda _: None, kept=kept)
        assert made.provenance["rows"] == 3
        assert calls(tmp_path) == made_so_far
    load(dataset, DataRequest(), tmp_path, lambda _: None)  # nowhere to keep them
    assert calls(tmp_path) == 2
