"""What the builds of a test run share: a server with TensorFlow, and bundles of the same inputs.

A build forks its workers from a server of its own, which imports TensorFlow first: about six
seconds of CPU. Here the server outlives the build, so that the import is paid once. Everything else
is a build's: each worker is a new process in the project's folder, with the environment of the
moment.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock

from modelpress.artefacts.model_entry import Card
from modelpress.build import build, parallel
from modelpress.caching.keys import digest
from modelpress.caching.observing import environment
from modelpress.caching.step import Steps
from modelpress.caching.store import Entry
from modelpress.core.commands import WORKER
from modelpress.core.extensions import Extension
from modelpress.core.project import Project
from modelpress.node import bundle
from modelpress.node.bundle import BundleModel
from modelpress.processes import process_start, worker, worker_pool, worker_server
from modelpress.processes.isolation import signal_at_end
from modelpress.processes.process_start import (
    CAN_FORK,
    Process,
    Starter,
    _environment,
    request_fork,
)
from modelpress.proof import prove

RUN_FOLDER = "TESTS_RUN_FOLDER"  # set in every process of a test run
MESSAGE_BYTES = 1 << 20  # the worker's folder and environment


def run_folder() -> Path:
    """A folder that all processes of the test run share; gone at its end."""
    return Path(os.environ[RUN_FOLDER])


def begin() -> bool:
    """Makes the builds of this process share what they can. Returns whether the run begins here,
    and not in the process that has started this one."""
    vars(parallel)["Starter"] = PreparedStarter
    vars(worker_pool)["fresh"] = fresh
    vars(build)["make_bundle"] = make_bundle
    if RUN_FOLDER in os.environ:
        return False
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="modelpress-tests-")
    return True


def end() -> None:
    """Removes what the run has shared."""
    shutil.rmtree(os.environ.pop(RUN_FOLDER), ignore_errors=True)


def make_bundle(
    project: Project,
    cards: list[Card],
    explainers: list[str],
    figures: list[Extension],
    steps: Steps,
) -> Entry:
    """The step as it is; the bundler runs once in a test run for the same inputs."""

    def bundled(
        models: Sequence[BundleModel],
        out: Path,
        *,
        look: bool,
        explainers: Sequence[str] = (),
        figures: Sequence[Extension] = (),
    ) -> dict[str, Any]:
        files = bundle.bundle_inputs(models, explainers, figures)
        inputs = {"models": files, "look": look, "explore": [*explainers]}
        made = run_folder() / "bundles" / digest(inputs)
        made.parent.mkdir(exist_ok=True)
        with FileLock(f"{made}.lock"):
            if not made.is_dir():
                half = Path(tempfile.mkdtemp(dir=made.parent))
                description = bundle_anew(
                    models, half / "out", look=look, explainers=explainers, figures=figures
                )
                (half / "description.json").write_text(json.dumps(description))
                half.rename(made)
        shutil.copytree(made / "out", out, dirs_exist_ok=True)
        found: dict[str, Any] = json.loads((made / "description.json").read_text())
        return found

    bundle_anew = bundle.build_bundle
    bundle.build_bundle = bundled
    try:
        return prove.make_bundle(project, cards, explainers, figures, steps)
    finally:
        bundle.build_bundle = bundle_anew


def fresh(root: Path, alive: int) -> Process:
    """A worker in the project's folder, as good as a new one."""
    forked = _server().fork(alive, root) if CAN_FORK else None
    return forked or process_start.fresh(root, alive)


class PreparedStarter(Starter):
    """Starts the workers of a build from the server of the tests."""

    def __init__(self, root: Path, count: int, jobs: int, modules: Sequence[str] = ()) -> None:
        super().__init__(root, 0, jobs, modules)
        self._ended = threading.Event()

    def start(self, alive: int) -> Process | None:
        """One worker; None after `close`."""
        if self._ended.is_set():
            return None
        return fresh(self._root, alive)

    def close(self) -> None:
        """Starts no more workers."""
        self._ended.set()


class _PreparedServer:
    """The tests' end of `serve`."""

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)
        alive, self._held = os.pipe()
        self.process = subprocess.Popen(
            # TensorFlow takes the first word without a dash for the program's name, and looks for
            # files of that name.
            [sys.executable, "-mtests.prepared", WORKER, str(theirs.fileno()), str(alive)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=Path(__file__).parents[1],
            env=_environment(),
            start_new_session=True,
            pass_fds=[theirs.fileno(), alive],
        )
        theirs.close()
        os.close(alive)
        atexit.register(self.process.kill)

    def fork(self, alive: int, root: Path) -> Process | None:
        """A worker in the folder `root`; None where the server is gone."""
        message = json.dumps({"root": str(root), "environment": _environment()}).encode()
        return request_fork(self._requests, message, alive)


_lock = threading.Lock()
_running: list[_PreparedServer] = []


def _server() -> _PreparedServer:
    """The server of this process, a new one where the last has ended."""
    with _lock:
        if not _running or _running[-1].process.poll() is not None:
            _running.append(_PreparedServer())
        return _running[-1]


def serve(requests_fd: int, alive: int) -> None:
    """Forks for each request until the tests have ended."""
    requests = socket.socket(fileno=requests_fd)
    signal_at_end(alive)
    worker_server._import_all(parallel.IMPORTED)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    gc.collect()
    gc.freeze()
    reports: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([requests.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            worker_server._reap(reports)
        if requests.fileno() in ready:
            message, fds, _, _ = socket.recv_fds(requests, MESSAGE_BYTES, worker_server.FDS)
            if not message:
                return
            process = os.fork()
            if process == 0:
                for fd in (requests.detach(), alive, woken, wake, *reports.values()):
                    os.close(fd)
                asked = json.loads(message)
                os.chdir(asked["root"])
                os.environ.clear()
                os.environ.update(asked["environment"])
                # /proc/self/environ is that of this server's start.
                environment._started_with = partial(dict, asked["environment"])
                worker_server._work(fds, worker.main)
            for fd in fds[:4]:
                os.close(fd)
            reports[process] = fds[4]
            worker_server._tell(fds[4], process)


if __name__ == "__main__":
    serve(*map(int, sys.argv[2:]))
