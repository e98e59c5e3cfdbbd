"""A model is never older than what it was made from: one model reads in every way there is, and a
change in any of it, or a file more, makes the model stale."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from modelpress.build.model_chain import Chain
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest
from tests import ways


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    found = ways.built()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAYS_ELSEWHERE", str(elsewhere(found)))
        patch.setenv("WAYS_COPIED", "1")
        yield found


@pytest.fixture(autouse=True)
def _alone(project: Project) -> Iterator[None]:
    """One test at a time changes the project, in whichever process."""
    with FileLock(project.root.parent.parent / "changing"):
        yield


def elsewhere(project: Project) -> Path:
    return project.root.parent.parent / "elsewhere"


def is_fresh(project: Project) -> bool:
    path = project.models_dir / "ways.py"
    chain = Chain(project, "ways", path, {}, DataRequest(), lambda event: None)
    return chain.find() is not None


@contextmanager
def one_byte_changed(path: Path) -> Iterator[None]:
    """The last byte is another; size and times are as before."""
    content, times = path.read_bytes(), path.stat()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    try:
        yield
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize(
    "name",
    [
        "rows.h5",
        "net.weights.h5",
        "tf_io.txt",
        "tf_data.txt",
        "saved_model/saved_model.pb",
        "saved_model/variables/variables.index",
        "memmap.bin",
        "memmap_read.bin",
        "numpy.npy",
        "descriptor.txt",
        "descriptor_in.txt",
        "pandas.csv",
        "pyarrow.csv",
        "rows.db",
        "picture.png",
        "child.txt",
        "script.sh",
        "system.txt",
        "python_child.txt",
        "spawn.txt",
        "fork.txt",
        "thread.txt",
        "target.txt",
        "lib/by_importlib.py",
        "lib/run_module.py",
        "executed.py",
        "run.py",
        "unnoticed.json",
        "named.bin",
        "named/a.txt",
        "named/deep/b.txt",
        "own.log",
        "../spawned.py",
        "../models/ways.py",
        "../../../elsewhere/elsewhere.h5",
    ],
)
def test_a_changed_byte_makes_the_model_stale(project: Project, name: str) -> None:
    if name == "pyarrow.csv":
        pytest.importorskip("pyarrow")
    assert is_fresh(project)
    with one_byte_changed(project.root / "files" / name):
        assert not is_fresh(project)
    assert is_fresh(project)


@pytest.mark.parametrize(
    "name",
    [
        "listed/b.csv",
        "globbed/b.csv",
        "globbed_by_tf/b.csv",
        "walked/b.csv",
        "walked/deep/b.csv",
        "named/deep/c.txt",
        "may_exist.txt",
        "may_be_read.txt",
        "optional.json",
        "may_exist_for_tf.txt",
        "lib/may_be_imported.py",
        "lib/may_be_imported/__init__.py",
        "../spawned/__init__.py",  # a package comes before a module
        "../sqlite3.py",  # before Python's own
        "rows.db-journal",
    ],
)
def test_a_file_more_makes_the_model_stale(project: Project, name: str) -> None:
    path = project.root / "files" / name
    folder = path.parent
    is_new = not folder.exists()
    assert is_fresh(project)
    folder.mkdir(exist_ok=True)
    path.write_text("")
    try:
        assert not is_fresh(project)
    finally:
        path.unlink()
        if is_new:
            shutil.rmtree(folder)
    assert is_fresh(project)


@pytest.mark.parametrize("name", ["listed/a.csv", "globbed/a.csv", "child.txt", "run.py"])
def test_a_file_less_makes_the_model_stale(project: Project, name: str, tmp_path: Path) -> None:
    path = project.root / "files" / name
    shutil.move(path, tmp_path / path.name)
    try:
        assert not is_fresh(project)
    finally:
        shutil.move(tmp_path / path.name, path)
    assert is_fresh(project)


@pytest.mark.parametrize("name", ways.VARIABLES)
def test_a_variable_makes_the_model_stale(
    project: Project, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_fresh(project)
    monkeypatch.setenv(name, "other")
    assert not is_fresh(project)


def test_what_is_not_read_makes_nothing_stale(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNREAD", "1")
    monkeypatch.setenv("TF_CPP_MAX_VLOG_LEVEL", "1")
    # Not in the folders that a Python child process looks for modules in: it lists these.
    unread = [project.root / name for name in ("docs/more.md", "files/lib/unread.csv")]
    for path in unread:
        path.write_text("")
    try:
        assert is_fresh(project)
    finally:
        for path in unread:
            path.unlink()


def test_no_value_of_a_variable_is_in_the_cache(project: Project) -> None:
    value = str(elsewhere(project)).encode()
    files = [path for path in project.state_dir.rglob("*.json") if path.is_file()]
    inputs = [path for path in files if b"WAYS_ELSEWHERE" in path.read_bytes()]
    assert inputs
    for path in inputs:
        assert b'"WAYS_ELSEWHERE": "' + value not in path.read_bytes()
