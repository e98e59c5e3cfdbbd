"""Builds that are killed at a chosen moment, and what is left of them."""

from __future__ import annotations

import functools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from modelpress.caching import keys
from tests.built import built_once
from tests.failure_site import failure_site

MOST_S = 400.0  # for a build, on a machine under load
# MkDocs writes the day of the build into the sitemap; this is the agreed way to say which.
ENVIRONMENT = {"PYTHONPATH": str(keys.PACKAGE.parent), "SOURCE_DATE_EPOCH": "1700000000"}


@dataclass(frozen=True)
class Moment:
    """When to kill: some time, at most `within` seconds, after the build has said a line that
    starts with `said`, or has started. step: what says that line, '' where every build does."""

    step: str = ""
    said: str = ""
    within: float = 0.0


@dataclass(frozen=True)
class Write:
    """When to kill: in `who`, the build or a worker of it, just before it changes something in the
    project for the `number`th time (from 1)."""

    who: str
    number: int


# Runs when Python starts, and ends the whole build from inside, at a write.
KILLER = """
import os, signal, sys

who, number, project, counted = os.environ["KILL_AT"].split("|")
left = int(number)

def changes(event, arguments):
    global left
    if event == "open":
        name, mode, flags = arguments
        if not isinstance(name, (str, os.PathLike)) or not (flags & (os.O_WRONLY | os.O_RDWR)):
            return
    elif event in ("os.rename", "os.mkdir", "os.rmdir", "os.remove"):
        name = arguments[0]
    else:
        return
    if not os.path.abspath(os.fsdecode(name)).startswith(project):
        return
    left -= 1
    if counted:
        with os.fdopen(os.open(counted, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab") as file:
            file.write(b".")
    elif left == 0:
        if who == "worker":
            os.killpg(os.getpgid(build), signal.SIGKILL)
        os.killpg(0, signal.SIGKILL)

build = os.getppid()  # of a worker, or of the server that forks it
if who == ("worker" if "modelpress.processes.worker" in sys.orig_argv else "build"):
    sys.addaudithook(changes)
"""


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "modelpress", "build", "--no-browser", "--jobs", "1", *options]


def environment(**changes: str) -> dict[str, str]:
    """Without what would let the build read more than the project."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODELPRESS")}
    path = os.pathsep.join(filter(None, [ENVIRONMENT["PYTHONPATH"], kept.get("PYTHONPATH", "")]))
    return {**kept, **ENVIRONMENT, "PYTHONPATH": path, **changes}


def start(folder: Path, **changes: str) -> subprocess.Popen[str]:
    """The real command, in a process group of its own."""
    return subprocess.Popen(
        command(),
        cwd=folder,
        env=environment(**changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def build(folder: Path, **changes: str) -> tuple[int, str]:
    """Builds to the end: exit status, and all that was said."""
    process = start(folder, **changes)
    said, _ = process.communicate(timeout=MOST_S)
    return process.returncode, said


def killed(folder: Path, moment: Moment, dice: random.Random) -> bool:
    """Builds, and kills the build and what it started at that moment: whether there was one before
    the build had ended."""
    process = start(folder)
    assert process.stdout is not None
    lines = process.stdout
    come = threading.Event()

    def read() -> None:
        for line in lines:
            if moment.said and line.startswith(moment.said):
                come.set()
        come.set()  # it has ended

    reader = threading.Thread(target=read)
    reader.start()
    if moment.said:
        come.wait(MOST_S)
    time.sleep(dice.uniform(0, moment.within))  # the moment itself
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    reader.join()
    return process.returncode == -signal.SIGKILL


def killed_at(folder: Path, write: Write) -> bool:
    """Builds, and lets the build and its workers be killed at that write: whether it came to it."""
    status, _ = build(folder, **_killer(folder, write.who, write.number))
    return status == -signal.SIGKILL


def count_writes(folder: Path, who: str) -> int:
    """Builds, and counts how often `who` changes something in the project."""
    counted = folder.parent / f"counted-{who}"
    status, said = build(folder, **_killer(folder, who, 0, str(counted)))
    assert status == 0, said
    return counted.stat().st_size


def _killer(folder: Path, who: str, number: int, counted: str = "") -> dict[str, str]:
    place = folder.parent / "killer"
    place.mkdir(exist_ok=True)
    (place / "sitecustomize.py").write_text(KILLER)
    path = os.pathsep.join([str(place), environment()["PYTHONPATH"]])
    return {"PYTHONPATH": path, "KILL_AT": f"{who}|{number}|{folder}|{counted}"}


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder and its checksum, but for the lock and what is being worked on."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink():
            try:
                found[name] = keys.sha256(path)
            except FileNotFoundError:
                continue  # a worker of the killed build was still ending
    return found


def workers_of(folder: Path) -> list[int]:
    """The processes that still work in a project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
            if (process / "cwd").readlink() == folder and b"modelpress.processes.worker" in line:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_for_no_worker(folder: Path) -> None:
    give_up = time.monotonic() + 60
    while workers_of(folder):
        assert time.monotonic() < give_up, "a worker has outlived its build"
        time.sleep(0.05)


@dataclass(frozen=True)
class Scene:
    """A project with two states of its sources, and the clean build of each."""

    folder: Path
    clean: dict[str, Path]

    def set_to(self, state: str) -> None:
        write_state(self.folder, state)

    def require_clean(self, state: str) -> None:
        """Every file of the project that is not of another state's cache is as a clean build of
        this state leaves it; nothing else is left."""
        right, found = tree(self.clean[state]), tree(self.folder)
        others = {name for other in self.clean.values() for name in tree(other)}
        assert {name: found.get(name) for name in right} == right
        assert {name for name in found if name not in others} == set()
        for part in ("site", ".modelpress/public"):
            assert tree(self.folder / part) == tree(self.clean[state] / part)

    def require_whole_site(self) -> None:
        """The site is that of one of the states, or not there."""
        site = tree(self.folder / "site")
        assert not site or site in [tree(folder / "site") for folder in self.clean.values()]


def write_state(folder: Path, state: str) -> None:
    """The second state has another text and another start: pages, golden and what follows."""
    start_option = "start: 0.25\n" if state == "second" else ""
    page = f"# Home\n\nThe {state} text.\n\n```model line\n{start_option}```\n"
    (folder / "docs/index.md").write_text(page)


def make_scene(factory: pytest.TempPathFactory, name: str) -> Scene:
    """Writes the project into a folder of its own; the clean builds are shared by all tests."""
    clean = {
        state: built_once(
            factory,
            f"clean-{state}",
            functools.partial(_write, state=state),
            *("--no-browser", "--jobs", "1"),
            environment=environment(),
        )
        for state in ("first", "second")
    }
    folder = factory.mktemp(name) / "project"
    _write(folder, "first")
    return Scene(folder, clean)


def _write(folder: Path, state: str) -> None:
    failure_site(folder)
    write_state(folder, state)
