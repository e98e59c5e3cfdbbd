"""Which files count, and what is noticed where the kernel tells nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from modelpress.caching.keys import PACKAGE
from modelpress.caching.observing.file_access import as_inputs, named_files
from modelpress.caching.observing.noticing import Record, settled
from modelpress.caching.observing.scope import LENIENT, MISSING, STRICT, Scope, absolute
from modelpress.core.errors import ModelpressError
from tests.tiny import tiny_project


def scope(root: str) -> Scope:
    made = (f"{root}/.modelpress", f"{root}/site", f"{root}/modelpress-site.zip")
    return Scope(root, made, (f"{root}/models", f"{root}/failures"))


@pytest.mark.parametrize(
    "root", ["/usr/src/app", "/home/me/.work/app", "/tmp/app", "/etc/app", "/"]
)
def test_the_project_counts_wherever_it_lies(root: str) -> None:
    for name in ("data/rows.h5", ".hidden/rows.h5", "lib/x.py", "notes"):
        assert scope(root).rule(f"{root}/{name}", "content") == STRICT


@pytest.mark.parametrize(
    "name",
    [
        ".modelpress/cache/x",
        "site/index.html",
        "modelpress-site.zip",
        ".git/HEAD",
        "models/__pycache__/x.pyc",
        "modelpress.processes.worker.runfiles/org_tensorflow",
        "modelpress.processes.worker/tensorflow/core/kernels",
        "env/lib/python3.11/site-packages/numpy/version.py",
    ],
)
def test_what_the_build_makes_does_not_count(name: str) -> None:
    assert scope("/usr/src/app").rule(f"/usr/src/app/{name}", "content") == ""


@pytest.mark.parametrize(
    ("path", "content", "there"),
    [
        ("/data/rows.h5", STRICT, LENIENT),
        ("/usr/src/data/rows.h5", STRICT, LENIENT),
        ("/usr/local/share/rows.h5", STRICT, LENIENT),
        ("/home/me/.keras/datasets/mnist.npz", LENIENT, ""),
        ("/usr/share/zoneinfo/UTC", "", ""),
        ("/usr/local/bin/cat", "", ""),
        ("/proc/self/maps", "", ""),
        ("/usr/src", "", ""),
        (os.__file__, "", ""),
        (str(PACKAGE / "keys.py"), "", ""),
    ],
)
def test_what_lies_elsewhere(path: str, content: str, there: str) -> None:
    assert scope("/usr/src/app").rule(path, "content") == content
    assert scope("/usr/src/app").rule(path, "there") == there


def test_modules_of_this_package_are_the_steps_but_models_are_the_authors() -> None:
    root = str(PACKAGE.parent)
    inside = Scope(root, (), (f"{root}/pipeline/models", f"{root}/pipeline/failures"))
    assert inside.rule(f"{root}/modelpress/core/png.py", "content") == ""
    assert inside.rule(f"{root}/pipeline/models/_shared.py", "content") == STRICT
    assert inside.rule(f"{root}/pipeline/models/rows.csv", "content") == STRICT


def test_paths_are_made_plain(tmp_path: Path) -> None:
    (tmp_path / "other/deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("other/deep")
    assert absolute("a/../b", str(tmp_path)) == f"{tmp_path}/b"
    assert absolute("link/../b", str(tmp_path)) == f"{tmp_path}/other/b"
    assert absolute("//data/x", "/") == "/data/x"


def test_who_changed_a_file(tmp_path: Path) -> None:
    """What the process writes itself counts as it is at the end; others' changes are named."""
    rules = scope(str(tmp_path))
    record = Record(rules)
    read, own, added = (str(tmp_path / name) for name in ("read", "own", "added"))
    Path(read).write_text("1")
    record.open(read, os.O_RDONLY)
    record.stat(own)
    record.open(own, os.O_WRONLY | os.O_CREAT)
    Path(own).write_text("1")
    record.open(own, os.O_RDONLY)
    Path(own).write_text("2")
    record.stat(added)
    assert settled(rules, record.seen, record.written) == (
        {read: "content", own: "content", added: "there"},
        [],
    )
    Path(read).write_text("2")
    Path(added).write_text("")
    assert settled(rules, record.seen, record.written)[1] == [added, read]


@pytest.mark.parametrize("flags", [os.O_WRONLY | os.O_APPEND, os.O_WRONLY | os.O_TRUNC, os.O_RDWR])
def test_a_file_that_the_process_reads_and_then_changes(tmp_path: Path, flags: int) -> None:
    """What was made from it is not what it would be made from now."""
    rules, path = scope(str(tmp_path)), tmp_path / "rows.csv"
    path.write_text("1")
    record = Record(rules)
    record.open(str(path), os.O_RDONLY)
    record.open(str(path), flags)
    path.write_text("2")
    assert settled(rules, record.seen, record.written)[1] == [str(path)]
    record.make(str(path))
    path.unlink()
    assert settled(rules, record.seen, record.written)[1] == [str(path)]


def test_a_listing_with_own_files_more(tmp_path: Path) -> None:
    rules = scope(str(tmp_path))
    record = Record(rules)
    record.open(str(tmp_path), os.O_RDONLY)
    record.make(str(tmp_path / "mine"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "site").mkdir()
    assert settled(rules, record.seen, record.written)[1] == []
    (tmp_path / "yours").mkdir()
    assert settled(rules, record.seen, record.written)[1] == [str(tmp_path)]


def test_a_name_that_is_not_there_is_refused(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    assert named_files([Path("points.csv")], project) == [str(project.root / "points.csv")]
    with pytest.raises(ModelpressError) as caught:
        named_files(["nothing.h5"], project)
    assert caught.value.where == "field `reads`"
    assert caught.value.found == "nothing.h5"


def test_names_that_are_no_text_have_a_key(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    name = os.fsdecode(b"caf\xe9.csv")
    (project.root / name).write_text("1")
    found = as_inputs(project, {"files": {name: "content", "gone": "there"}, "env": []})
    (project.root / name).write_text("2")
    assert found != as_inputs(project, {"files": {name: "content", "gone": "there"}, "env": []})
    assert len(set(found["files"].values())) == 2


PYTHONS_EVENTS = """\
import json, os, sqlite3, subprocess, sys
from pathlib import Path
from modelpress.caching.observing import kernel
kernel.is_supported = lambda: False
from modelpress.core.configuration import find_project
from modelpress.caching.observing.file_access import ReadFiles
read_files = ReadFiles(find_project(Path("mkdocs.yml")))
open("points.csv").read()
open("both.csv", "r+").read()
open("own.csv", "w").write("1")
open("own.csv").read()
os.listdir("listed")
sqlite3.connect("rows.db").close()
subprocess.run(["cat", "child.txt"], capture_output=True)
try:
    open("missing.txt")
except FileNotFoundError:
    pass
print(json.dumps(read_files.stop()))
"""


def test_without_the_kernel_pythons_events_tell_and_the_models_folder_counts(
    tmp_path: Path,
) -> None:
    project = tiny_project(tmp_path)
    for name in ("both.csv", "child.txt", "rows.db", "listed/a", "models/rows.h5"):
        (project.root / name).parent.mkdir(exist_ok=True)
        (project.root / name).write_text("1")
    done = subprocess.run(
        [sys.executable, "-c", PYTHONS_EVENTS], cwd=project.root, capture_output=True, check=True
    )
    reads = json.loads(done.stdout)
    assert (
        reads["files"].items()
        >= {
            "points.csv": "content",
            "both.csv": "content",
            "own.csv": "content",
            "listed": "listing",
            "rows.db": "content",
            "child.txt": "content",
            "missing.txt": "there",
            "models": "data",
        }.items()
    )
    before = as_inputs(project, reads)
    (project.models_dir / "more.py").write_text("")
    assert as_inputs(project, reads) == before
    (project.models_dir / "rows.h5").write_text("2")
    assert as_inputs(project, reads) != before


def test_a_missing_file_has_a_state(tmp_path: Path) -> None:
    assert scope(str(tmp_path)).state(str(tmp_path / "none"), "content") == MISSING
    assert scope(str(tmp_path)).state(str(tmp_path), "content") == "folder"
