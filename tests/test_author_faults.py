"""What an author's file does to the process that makes it, and to the machine: a sentence with the
file and its line, and the next build is right and equal to a clean one."""

from __future__ import annotations

import json
import os
import py_compile
import re
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from modelpress.build.build import Request, build
from modelpress.build.inventory import _query
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.processes.worker_pool import Job, Worker
from tests.failure_site import LEAP, failure_site
from tests.killing import start, tree, wait_for_no_worker
from tests.tiny import LINE, PLAIN, built_project, tiny_project, write_page

REQUEST = Request(use_browser=False)


def before(statement: str) -> str:
    """The model file with a statement on line 11, before its MODEL."""
    assert LINE.split("\n")[10] == "MODEL = Model("
    return LINE.replace("MODEL = Model(", f"{statement}\nMODEL = Model(")


def in_data(statements: str) -> str:
    """The model file whose data function, on line 12, does something first."""
    return before(f"def rows():\n    {statements}; return points()\n").replace(
        "data=points", "data=rows"
    )


# What the file does: what is said of it, besides its name.
BAD = {
    "forks": (before("import os; os.fork()"), r"models/forks\.py:11: The file calls os\.fork"),
    "forks_late": (in_data("import os; os.fork()"), r"models/forks_late\.py:12: The file calls os"),
    "interrupts": (before("raise KeyboardInterrupt"), r"models/interrupts\.py:11: .*\n.*Keyboard"),
    "exits": (in_data("raise SystemExit('bye')"), r"models/exits\.py:12: .*\n.*sys\.exit\('bye'\)"),
    "ends": (in_data("import os; os._exit(0)"), r"models/ends\.py: The process .*\n.*status 0"),
    "kills": (in_data("import os; os.kill(os.getpid(), 9)"), r"models/kills\.py: .*\n.*SIGKILL"),
    "crashes": (
        in_data("import ctypes; ctypes.string_at(0)"),
        r"models/crashes\.py: .*\n.*SIGSEGV",
    ),
    "asks": (in_data("input('how many? ')"), r"models/asks\.py:12: .*\n.*EOFError"),
    "closes": (in_data("import os; os.closerange(3, 4096)"), r"models/closes\.py: The process"),
    "breaks": (before("import builtins; builtins.len = None"), r"models/breaks\.py"),
    "writes": (
        in_data("import os; [os.write(fd, b'x\\n{}\\n[1]\\n') for fd in range(3, 9)]"),
        r"models/writes\.py:12: .*\n.*OSError",
    ),
    "long": (before("raise ValueError('x' * 10**7)"), r"models/long\.py:11: .*\n.*ValueError: xxx"),
    "silent": (
        before("class E(Exception):\n    def __str__(self): 1 / 0\nraise E"),
        r"models/silent\.py:13: .*\n.*E: \(its message can't be read",
    ),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A built project, whose pages tell the same day of building whenever they are built."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    project = built_project(tmp_path / "project")
    build(project, REQUEST, Progress())
    return project


def add(project: Project, slug: str, source: str) -> None:
    (project.models_dir / f"{slug}.py").write_text(source)
    write_page(project.root, slug)


def remove(project: Project, slug: str) -> None:
    (project.models_dir / f"{slug}.py").unlink()
    (project.docs_dir / f"{slug}.md").unlink()


def rebuilt_equals(project: Project, clean: dict[str, str]) -> None:
    """Builds the project as it was before the bad files: every file is as it was."""
    build(project, REQUEST, Progress())
    found = tree(project.root)
    assert {name: found.get(name) for name in clean} == clean
    # What a bad file had got to before it failed may be kept, under its own name.
    assert {name.split("/")[1] for name in found if name not in clean} <= {"cache"}


@pytest.mark.slow
def test_whatever_a_file_does_is_a_sentence(project: Project) -> None:
    clean = tree(project.root)
    for slug, (source, _) in BAD.items():
        add(project, slug, source)
    with pytest.raises(ModelpressError) as caught:
        build(project, REQUEST, Progress())
    text = str(caught.value)
    for slug, (_, pattern) in BAD.items():
        assert re.search(pattern, text), f"{slug}: {pattern!r} is missing in:\n{text}"
    assert len(text) < 30_000
    for slug in BAD:
        remove(project, slug)
    rebuilt_equals(project, clean)


@pytest.mark.slow
def test_a_file_that_deletes_the_state_folder(project: Project) -> None:
    clean = tree(project.root)
    add(project, "deletes", in_data("import shutil; shutil.rmtree('.modelpress')"))
    with pytest.raises(ModelpressError, match=r"\.modelpress"):
        build(project, REQUEST, Progress())
    remove(project, "deletes")
    rebuilt_equals(project, clean)


# What a file may do as well: the model is the same.
HARMLESS = [
    "print('x' * 50_000_000)",
    "import os; os.chdir('/')",
    "import random, numpy; random.seed(5); numpy.random.seed(5); numpy.random.rand(7)",
    "import sys; sys.stdout = sys.stderr = None",
    "import subprocess; subprocess.Popen(['sleep', '600'])",
    "import subprocess; subprocess.Popen(['sleep', '60'], start_new_session=True)",
    "import multiprocessing as m; m.get_context('fork').Process(target=str, daemon=True).start()",
    "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()",
]


@pytest.mark.slow
def test_a_file_that_does_much_besides(project: Project) -> None:
    """In a process of its own it harms nothing, is not waited for, and gives the same model."""
    clean = tree(project.public_dir / "models/line")
    add(project, "line", in_data("; ".join(HARMLESS)))
    report = build(project, REQUEST, Progress())
    assert "train" in report.ran["line"]
    made = tree(project.public_dir / "models/line")
    weights = {sum_ for name, sum_ in clean.items() if name.endswith((".bin", ".keras"))}
    assert len(weights) >= 3
    assert weights <= set(made.values())


def stopped(project: Project, line: str, how: signal.Signals) -> tuple[int, str]:
    """Builds until a line is said, then sends the signal: exit status, and all that was said."""
    process = start(project.root)
    said = []
    assert process.stdout is not None
    for text in process.stdout:
        said.append(text)
        if text.startswith(line):
            process.send_signal(how)
    return process.wait(), "".join(said)


# The second holds the interpreter: no thread and no handler of Python's runs any more.
LOOPS = {
    "loops": in_data("while True: pass").replace("; return points()", ""),
    "matches": in_data("import re; re.match('(a+)+$', 'a' * 60 + 'b')"),
}


@pytest.mark.slow
@pytest.mark.parametrize("slug", LOOPS)
def test_a_file_that_loops(slug: str, tmp_path: Path) -> None:
    """There is no limit, since a training may take hours: Ctrl-C ends it and names it, and a build
    that is killed takes it along."""
    project = tiny_project(tmp_path / "project", {slug: LOOPS[slug]})
    status, said = stopped(project, f"{slug}: train", signal.SIGINT)
    assert status == 130
    assert f"models/{slug}.py was stopped at `train`." in said
    assert "Interrupted." in said
    wait_for_no_worker(project.root)
    status, _ = stopped(project, f"{slug}: train", signal.SIGKILL)
    assert status == -signal.SIGKILL
    wait_for_no_worker(project.root)
    assert not project.site_dir.exists()


def test_silence_is_said_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("modelpress.processes.worker_pool.SILENT_S", 0.01)
    said: list[str] = []
    project = tiny_project(tmp_path)
    job = Job("line", "model", "line", project.models_dir / "line.py", "never.run")
    worker = Worker(job, project, tell_into(said))
    worker._at = "train"
    over = threading.Event()
    worker._watch(over)
    assert len(said) == 1
    assert "models/line.py has reported no progress" in said[0]
    assert "at `train`" in said[0]
    over.set()
    worker._watch(over)
    assert len(said) == 1


def tell_into(said: list[str]) -> Callable[[str, dict[str, Any]], None]:
    return lambda subject, event: said.append(event["text"])


SPOILING = LEAP.replace(
    "FAILURE =", "keras.config.set_floatx('float64')\nnp.seterr(all='raise')\nFAILURE ="
).replace('"The leap"', '"The spoiler"')


@pytest.mark.long
def test_a_failure_that_changes_the_process_changes_no_other(tmp_path: Path) -> None:
    alone, beside = failure_site(tmp_path / "alone"), failure_site(tmp_path / "beside")
    (beside.failures_dir / "a_spoiler.py").write_text(SPOILING)
    for project in (alone, beside):
        with suppress(ModelpressError):  # the spoiler itself need not come to anything
            build(project, REQUEST, Progress())
    right = tree(alone.state_dir / "cache/exhibit/leap")
    assert right
    assert tree(beside.state_dir / "cache/exhibit/leap") == right


@pytest.mark.slow
def test_compiled_copies_and_times_are_not_believed(project: Project) -> None:
    """A helper changed within the same second, and to the same length, is another helper."""
    helper = project.root / "helper.py"
    py_compile.compile(str(helper))
    times = helper.stat()
    changed = helper.read_text().replace("table[:, 1:]\n", "-table[:,1:]\n")
    assert len(changed) == len(helper.read_text())
    helper.write_text(changed)
    os.utime(helper, ns=(times.st_atime_ns, times.st_mtime_ns))
    report = build(project, REQUEST, Progress())
    assert "train" in report.ran["line"]
    answers = json.loads(project.site_json.read_bytes())["answers"]["line"]
    assert answers["0"]["output"][0] < 0  # it was 2x + 1


@pytest.mark.slow
def test_a_file_that_changes_while_it_is_read(project: Project) -> None:
    """Its rows would be kept under the key of what it is now."""
    append = "open('points.csv', 'a').write('2,2\\n')"
    add(project, "line", LINE.replace("data=points", f"data=lambda: (points(), {append})[0]"))
    with pytest.raises(ModelpressError, match="has changed while") as caught:
        build(project, REQUEST, Progress())
    assert caught.value.where == "models/line.py, points.csv"


def test_models_that_are_only_asked_for_their_data_do_no_harm(tmp_path: Path) -> None:
    """`modelpress data` imports files that were never built."""
    bad = {
        "forks": "import os\nos.fork()\n" + PLAIN,
        "plain": "print('{}')\n" + PLAIN,
        "ends": PLAIN + "import os\nos._exit(0)\n",
    }
    project = tiny_project(tmp_path, bad)
    paths = {slug: project.models_dir / f"{slug}.py" for slug in bad}
    answers = _query(project, {slug: paths[slug] for slug in ("forks", "plain")})
    assert answers["plain"] == {"wanted": None}
    assert answers["forks"]["error"]["where"] == "models/forks.py:2"
    with pytest.raises(ModelpressError, match="ended too early") as caught:
        _query(project, paths)
    assert "exit status 0" in caught.value.found
