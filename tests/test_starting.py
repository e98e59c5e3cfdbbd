"""Workers that are forked from a process with TensorFlow: as good as new ones, and as alone."""

from __future__ import annotations

import functools
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelpress.build.model_chain import Chain
from modelpress.build.parallel import IMPORTED
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest
from modelpress.processes.cluster import Executor
from modelpress.processes.process_start import CAN_FORK, Start, Starter, _Forked, _Server, fresh
from modelpress.processes.worker_pool import Worker
from tests.killing import tree
from tests.tiny import LINE, tiny_project

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system starts each worker anew")


def before(statements: str) -> str:
    return LINE.replace("MODEL = Model(", f"{statements}\nMODEL = Model(")


SPOILING = before(
    "import os, random; keras.config.set_floatx('float64'); np.seterr(all='raise');"
    "random.seed(1); np.random.seed(1); os.environ['SPOILED'] = '1'; os.chdir('/');"
    "keras.utils.set_random_seed(7); keras.layers.Dense(1); np.rint = None"
)
ENDING = before("import os; os._exit(7)")
KILLING = before("import os; os.kill(os.getpid(), 9)")
ORPHANING = before("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    sources = {
        "line": LINE, "spoiling": SPOILING, "ending": ENDING, "killing": KILLING,
        "orphaning": ORPHANING,
    }  # fmt: skip
    return tiny_project(tmp_path_factory.mktemp("starting") / "project", sources)


@pytest.fixture(scope="module")
def server(project: Project) -> Iterator[_Server]:
    server = _Server(project.root, IMPORTED)
    yield server
    server.close()


def run(project: Project, slug: str, start: Start) -> ModelpressError | None:
    path = project.models_dir / f"{slug}.py"
    chain = Chain(project, slug, path, {}, DataRequest(), lambda event: None)
    return Worker(chain.job(Executor()), project, lambda *_: None, start).run()


def made(project: Project, slug: str) -> dict[str, str]:
    """Name of each file that the steps of a model have written → its sha256."""
    cache = project.state_dir / "cache"
    found: dict[str, str] = {}
    for folder in cache.glob(f"*/{slug}"):
        found |= {f"{folder.parent.name}/{name}": sum_ for name, sum_ in tree(folder).items()}
    return found


def test_a_fork_makes_the_same_bytes_as_a_new_process(
    project: Project, server: _Server, tmp_path: Path
) -> None:
    """Also after another model, which changes what is global, was made by the same server."""
    alone = tiny_project(tmp_path / "alone")
    assert run(alone, "line", functools.partial(fresh, alone.root)) is None
    run(project, "spoiling", server.fork)  # what becomes of it doesn't matter
    forks = []

    def fork(alive: int) -> Any:
        forks.append(server.fork(alive))
        return forks[-1]

    assert run(project, "line", fork) is None
    assert isinstance(forks[0], _Forked)
    new = made(alone, "line")
    assert {name.split("/")[0] for name in new} >= {"train", "convert", "golden", "report"}
    assert made(project, "line") == new


@pytest.mark.parametrize(
    ("slug", "said"), [("ending", "exit status 7"), ("killing", "signal SIGKILL")]
)
def test_how_a_fork_ended_is_known(slug: str, said: str, project: Project, server: _Server) -> None:
    error = run(project, slug, server.fork)
    assert error is not None
    assert said in error.found


def test_without_its_server_a_worker_is_started_anew(project: Project) -> None:
    """A model file has killed the process that it was forked from; it goes on, and so do others."""
    starter = Starter(project.root, 3, 1, IMPORTED)
    try:
        assert run(project, "orphaning", starter.start) is None
        process = None

        def start(alive: int) -> Any:
            nonlocal process
            process = starter.start(alive)
            return process

        error = run(project, "ending", start)
        assert isinstance(process, subprocess.Popen)
        assert error is not None
        assert "exit status 7" in error.found
    finally:
        starter.close()


def test_a_build_that_ends_doesnt_wait_for_the_server(tmp_path: Path) -> None:
    """It is still importing TensorFlow."""
    starter = Starter(tmp_path, 3, 1, IMPORTED)
    closing = threading.Timer(0.3, starter.close)
    closing.start()
    alive, held = os.pipe()
    try:
        assert starter.start(alive) is None
    finally:
        closing.join()
        os.close(alive)
        os.close(held)


def test_few_models_need_no_server(tmp_path: Path) -> None:
    """Each has a core of its own that it would wait on."""
    for count, jobs in ((0, 2), (1, 1), (2, 2)):
        starter = Starter(tmp_path, count, jobs)
        assert starter._server is None
        starter.close()


BUILD = """
import sys, time
from pathlib import Path
from modelpress.processes.process_start import Starter
starter = Starter(Path(sys.argv[1]), 3, 1, ["tensorflow"])
print(starter._server._process.pid, flush=True)
time.sleep(600)
"""


def test_the_server_ends_with_the_build(tmp_path: Path) -> None:
    """Even while compiled code holds the interpreter, as in an import."""
    build = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert build.stdout is not None
    server = int(build.stdout.readline())
    ended = os.pidfd_open(server)
    try:
        build.kill()
        build.wait()
        assert select.select([ended], [], [], 20)[0], "the server outlives its build"
    finally:
        os.close(ended)
        build.stdout.close()
