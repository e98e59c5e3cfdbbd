"""Models made on a Dask cluster: the same entries as here, though a worker is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from modelpress.build.build import Request, Work, build
from modelpress.build.parallel import ParallelBuild
from modelpress.caching.store import Cache
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.processes import cluster_jobs, parcel
from modelpress.processes.cluster import connected
from tests.tiny import LINE, tiny_project

SEEDED = LINE.replace("import AtMost, Model", "import AtMost, Model, Seeds").replace(
    "tolerance=1e-5,", "tolerance=1e-5,\n    seeds=Seeds(3),"
)
BROKEN = LINE.replace("data=points", "data=lambda: 1 / 0")


def entries(project: Project) -> dict[str, bytes]:
    """Every file in the project's cache that belongs to a model."""
    folder = project.state_dir / "cache"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for slug in ("line", "seeded")
        for path in folder.glob(f"*/{slug}/**/*")
        if path.is_file()
    }


class Killing(Progress):
    """Kills the worker that makes `line`, while it converts it for the first time."""

    def __init__(self, cluster: Any) -> None:
        self.cluster, self.trainings, self.killed = cluster, 0, 0

    def note(self, text: str) -> None:
        pass

    def event(self, subject: str, event: dict[str, Any]) -> None:
        if subject != "line" or event["event"] != "step":
            return
        self.trainings += event["step"] == "train" and "starting" in event["detail"]
        if event["step"] == "convert" and not self.killed:
            tasks = self.cluster.scheduler.tasks
            address = next(
                task.processing_on.address
                for key, task in tasks.items()
                if str(key).endswith("-line") and task.processing_on
            )
            (nanny,) = (
                each for each in self.cluster.workers.values() if each.worker_address == address
            )
            self.killed = nanny.pid
            os.kill(self.killed, signal.SIGKILL)


def made(project: Project, cluster: str = "", progress: Progress | None = None) -> None:
    request = Request(use_browser=False, jobs=2, cluster=cluster)
    build(project, request, progress or Progress())


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_makes_the_entries_of_a_build_here(tmp_path: Path) -> None:
    from distributed import LocalCluster

    models = {"line": LINE, "seeded": SEEDED}
    here = tiny_project(tmp_path / "here", models)
    made(here)
    there = tiny_project(tmp_path / "there", models)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        killing = Killing(cluster)
        made(there, cluster.scheduler_address, killing)
        assert killing.killed
        assert killing.trainings == 2  # the other worker began anew
        assert entries(there) == entries(here)
        assert any(name.startswith("seeds/seeded/") for name in entries(there))
        assert (there.site_dir / "seeded/index.html").is_file()
        # An error there is the sentence of an error here.
        for project in (here, there):
            (project.models_dir / "line.py").write_text(BROKEN)
        told = []
        for project, address in ((here, ""), (there, cluster.scheduler_address)):
            with pytest.raises(ModelpressError) as caught:
                made(project, address)
            told.append(str(caught.value).replace(str(project.root), "ROOT"))
        assert told[0] == told[1]
        assert "ZeroDivisionError" in told[0]
    assert not list((there.state_dir / "tmp").glob("parcel-*"))


def test_a_parcel_holds_what_models_are_made_from(tmp_path: Path) -> None:
    project = tiny_project(tmp_path / "project")
    for name in (
        *(".git/config", "node_modules/a.js", "__pycache__/a.pyc", "env/pyvenv.cfg", "env/a.py"),
        *(".mypy_cache/CACHEDIR.TAG", "site/index.html", ".modelpress/site.json"),
        *(".modelpress/downloads/rows.npz", "data/rows.csv"),
    ):
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text("x")
    (project.root / "data/itself").symlink_to(project.root, target_is_directory=True)
    (project.root / "linked").symlink_to(project.root / "data", target_is_directory=True)
    parcel.unpack(parcel.project_parcel(project), tmp_path / "there")
    there = tmp_path / "there"
    found = {path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()}
    assert found == {
        *("mkdocs.yml", "helper.py", "points.csv", "models/line.py"),
        *("docs/index.md", "docs/line.md", ".modelpress/downloads/rows.npz"),
        *("data/rows.csv", "linked/rows.csv"),
    }


def test_what_comes_back_enters_the_cache_unless_it_is_damaged(tmp_path: Path) -> None:
    there, here = tiny_project(tmp_path / "there"), tiny_project(tmp_path / "here")
    before = parcel.state_files(there)
    cache = Cache(there.state_dir, lambda text: None)
    with cache.making("train", "line") as out:
        (out / "weights").write_bytes(b"1")
        entry = cache.commit("train", "line", {"a": 1}, out)
    (there.downloads_dir).mkdir()
    (there.downloads_dir / "rows.npz").write_bytes(b"2")
    content = parcel.made_parcel(there, before)
    parcel.take_in(content, here)
    found = Cache(here.state_dir, lambda text: None).find("train", "line", {"a": 1})
    assert found
    assert found.path("weights").read_bytes() == b"1"
    assert (here.downloads_dir / "rows.npz").read_bytes() == b"2"
    entry.path("weights").write_bytes(b"3")
    with pytest.raises(ModelpressError, match="train of line arrived damaged") as caught:
        parcel.take_in(parcel.made_parcel(there, before), here)
    assert caught.value.found == "weights has changed"


def test_a_project_too_large_to_be_sent_names_its_largest_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tiny_project(tmp_path)
    (tmp_path / "rows.bin").write_bytes(bytes(4000))
    monkeypatch.setattr(parcel, "LARGEST_BYTES", 3000)
    with pytest.raises(ModelpressError, match="too large") as caught:
        parcel.project_parcel(project)
    assert "rows.bin" in caught.value.found


def test_a_worker_with_other_code_or_versions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = ("modelpress.training.train",)
    wanted = cluster_jobs._installed(modules)
    cluster_jobs._require_installed(wanted, modules)
    with pytest.raises(ModelpressError, match="other versions") as caught:
        cluster_jobs._require_installed({**wanted, "keras": "3.0.0"}, modules)
    assert caught.value.expected == "keras 3.0.0"
    with pytest.raises(ModelpressError, match="other versions") as caught:
        cluster_jobs._require_installed(wanted, ("modelpress.training.bring",))
    assert caught.value.found.startswith("code of modelpress")


def children() -> int:
    """The number of processes that a worker has started."""
    import psutil  # type: ignore[import-untyped]

    return len(psutil.Process().children(recursive=True))


@pytest.mark.slow
def test_a_build_that_ends_ends_its_jobs_on_the_workers(tmp_path: Path) -> None:
    from distributed import LocalCluster

    waiting = LINE.replace("data=points", "data=lambda: __import__('time').sleep(3600)")
    project = tiny_project(tmp_path / "project", {"line": waiting})

    class Interrupting(Progress):
        def note(self, text: str) -> None:
            pass

        def event(self, subject: str, event: dict[str, Any]) -> None:
            begun.set()

    begun = threading.Event()
    path = project.models_dir / "line.py"
    work = Work(project, Request(), Interrupting(), {"line": path}, {}, {"line": {}})

    def interrupted(address: str) -> None:
        chain = work.chain("line")
        with ParallelBuild(project, [chain], [], 1, work.progress.event, address):
            assert begun.wait(100)
            raise KeyboardInterrupt

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        with pytest.raises(KeyboardInterrupt):
            interrupted(cluster.scheduler_address)
        with connected(cluster.scheduler_address) as client:
            until = time.monotonic() + 60
            while any(client.run(children).values()):
                assert time.monotonic() < until
                time.sleep(0.2)
