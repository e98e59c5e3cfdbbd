"""Makes models on the workers of a Dask cluster: each model is a job.

A worker gets the project's files and the model's cached entries, runs the job in a new process, as
the build does here, and sends back the entries that were made. If the worker exits, another one
runs the job again.
"""

from __future__ import annotations

import tempfile
import threading
import uuid
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import TOOLS, digest, versions
from modelpress.caching.keys import module_sources
from modelpress.core.errors import ModelpressError, error_from_dict, from_os_error
from modelpress.core.project import Project
from modelpress.processes import parcel
from modelpress.processes.cluster import cluster_error, connected, lost
from modelpress.processes.worker_pool import Job, Worker

WAIT_S = 2.0  # between looks at the cluster's workers
LOST_S = 30.0  # without any worker, then the build gives up
PACKAGES = (*TOOLS, "pillow", "modelpress")  # whose versions must be equal

Tell = Callable[[str, dict[str, Any]], None]
Result = tuple[dict[str, str] | None, bytes]  # the error's fields, if any; the parcel of files


class ClusterJobs:
    """The jobs of a build on the workers of a cluster. A context manager.

    address: of the scheduler. modules: those that jobs run, equal on every worker.
    """

    def __init__(self, project: Project, address: str, tell: Tell, modules: Sequence[str]) -> None:
        self.project, self.address, self.tell = project, address, tell
        self.client: Any = None
        self.sources: Any = None
        self.topic = f"modelpress-{uuid.uuid4().hex}"
        self.wanted = _installed(modules)
        self._modules = tuple(modules)
        self._stack = ExitStack()

    def __enter__(self) -> ClusterJobs:
        content = parcel.project_parcel(self.project)
        self.client = self._stack.enter_context(connected(self.address))
        self.client.subscribe_topic(self.topic, self._show)
        # A task, and not scattered data: if its worker exits, the scheduler repeats it elsewhere.
        self.sources = self.submit(_given, content, key=f"{self.topic}-project")
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def submit(self, work: Callable[..., Any], *arguments: Any, key: str) -> Any:
        """Returns the future of a task."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Sending large graph")
            return self.client.submit(work, *arguments, key=key, pure=False)

    def worker(self, job: Job) -> ClusterWorker:
        """Returns a worker that runs `job` on the cluster."""
        return ClusterWorker(job, self, self._modules)

    def _show(self, event: tuple[float, dict[str, Any]]) -> None:
        told = event[1]
        self.tell(told["subject"], told["event"])


class ClusterWorker:
    """One job on a cluster; the counterpart of `Worker`."""

    def __init__(self, job: Job, jobs: ClusterJobs, modules: Sequence[str]) -> None:
        self._job, self._jobs, self._modules = job, jobs, modules
        self._future: Any = None
        self._ended = threading.Event()

    def run(self) -> ModelpressError | None:
        """Runs the job to its end and takes its results in; returns its error, if any."""
        from asyncio import CancelledError

        jobs, slug = self._jobs, self._job.slug
        if self._ended.is_set():
            return None
        try:
            self._future = jobs.submit(
                run_there,
                jobs.sources,
                parcel.cache_parcel(jobs.project, slug),
                self._job,
                jobs.project,
                jobs.wanted,
                self._modules,
                jobs.topic,
                key=f"{jobs.topic}-{slug}",
            )
            error, made = self._result()
            parcel.take_in(made, jobs.project)
        except ModelpressError as told:
            return told
        except OSError as told:  # CommClosedError is one of these
            return cluster_error(told, jobs.address) or from_os_error(told)
        except (CancelledError, Exception) as told:
            if self._ended.is_set():
                return None
            if isinstance(told, CancelledError) or type(told).__name__ == "FutureCancelledError":
                return lost(jobs.address, "the scheduler no longer knows the job")
            explained = cluster_error(told, jobs.address)
            if explained is None:
                raise
            return explained
        return error_from_dict(error) if error else None

    def end(self) -> None:
        """Cancels the job: its process on the worker ends."""
        self._ended.set()
        if self._future is not None:
            with suppress(Exception):  # the cluster is gone, and the job with it
                self._future.cancel()

    def _result(self) -> Result:
        from distributed import TimeoutError as NotYet

        alone_s = 0.0
        while True:
            try:
                result: Result = self._future.result(timeout=WAIT_S)
                return result
            except NotYet:
                alone_s = 0.0 if self._jobs.client.nthreads() else alone_s + WAIT_S
            if alone_s >= LOST_S:
                raise lost(self._jobs.address, f"no worker for {LOST_S:.0f} s")


def run_there(
    sources: bytes,
    state: bytes,
    job: Job,
    project: Project,
    wanted: Mapping[str, str],
    modules: Sequence[str],
    topic: str,
) -> Result:
    """Runs a job; called in a thread of a Dask worker.

    sources, state: parcels of the project's files and of the model's cached entries. project: with
    the paths of the build's computer.
    """
    from distributed import get_worker, secede

    dask = get_worker()
    key = dask.get_current_task()

    def tell(subject: str, event: dict[str, Any]) -> None:
        dask.log_event(topic, {"subject": subject, "event": event})
        if event["event"] == "step" and event["step"] == "seeds":
            secede()  # the process only waits for the cluster, which needs this thread

    try:
        _require_installed(wanted, modules)
        with tempfile.TemporaryDirectory(dir=dask.local_directory, prefix="modelpress-") as folder:
            here = moved(project, Path(folder).resolve() / project.root.name)
            here.root.mkdir()
            parcel.unpack(sources, here.root)
            parcel.unpack(state, here.root)
            before = parcel.state_files(here)
            path = here.root / job.path.relative_to(project.root)
            arguments = {**job.arguments}
            if arguments["executor"]["cluster"]:
                arguments["executor"] = {"processes": 1, "cluster": dask.scheduler.address}
            worker = Worker(replace(job, path=path, arguments=arguments), here, tell)
            over = threading.Event()
            watch = threading.Thread(target=_end_if_cancelled, args=(dask, key, worker, over))
            watch.start()
            try:
                error = worker.run()
            finally:
                over.set()
                watch.join()
            fields = error.as_dict() if error else None
            if fields:  # an author knows the paths of the build's computer
                fields = {
                    name: text.replace(str(here.root), str(project.root))
                    for name, text in fields.items()
                }
            return fields, parcel.made_parcel(here, before)
    except ModelpressError as error:
        return error.as_dict(), b""
    except OSError as error:
        told = from_os_error(error)
        told.where = f"{told.where}, on the worker {dask.address}"
        return told.as_dict(), b""


def moved(project: Project, root: Path) -> Project:
    """Returns the project as it is with its folder at `root`."""

    def place(path: Path) -> Path:
        inside = path.is_relative_to(project.root)
        return root / path.relative_to(project.root) if inside else path

    return replace(
        project,
        config_file=place(project.config_file),
        models_dir=place(project.models_dir),
        docs_dir=place(project.docs_dir),
        site_dir=place(project.site_dir),
        custom_dir=place(project.custom_dir) if project.custom_dir else None,
        watch=tuple(map(place, project.watch)),
    )


def _given(content: bytes) -> bytes:
    return content


def _end_if_cancelled(dask: Any, key: str, worker: Worker, over: threading.Event) -> None:
    """Ends the job's process once the build has cancelled the task, or has gone."""
    while not over.wait(WAIT_S / 4):
        task = dask.state.tasks.get(key)
        if task is None or task.state in ("cancelled", "released", "forgotten"):
            worker.end()
            return


def _installed(modules: Sequence[str]) -> dict[str, str]:
    """Returns what decides about results on a computer: versions, and the code of `modules`."""
    return {**versions(*PACKAGES), "code of modelpress": digest(module_sources(*modules))}


def _require_installed(wanted: Mapping[str, str], modules: Sequence[str]) -> None:
    here = _installed(modules)
    other = [name for name in wanted if here[name] != wanted[name]]
    if other:
        raise ModelpressError(
            "A worker has other versions than this computer, so its models would differ.",
            found=", ".join(f"{name} {here[name] or 'missing'}" for name in other),
            expected=", ".join(f"{name} {wanted[name]}" for name in other),
            next_step="Install the same lock file on the workers, and restart them.",
        )
