"""Builds outdated models and failures in parallel, each in its own process.

Models are made here or on a Dask cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from modelpress.build.failure_chain import FUNCTION, FailureChain
from modelpress.build.model_chain import Chain
from modelpress.build.model_steps import FUNCTIONS
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.core.project import Project
from modelpress.processes.cluster import Executor
from modelpress.processes.cluster_jobs import ClusterJobs, ClusterWorker
from modelpress.processes.process_start import Starter
from modelpress.processes.worker_pool import Worker

# Modules that all workers import.
IMPORTED = tuple(name.rpartition(".")[0] for name in (*FUNCTIONS.values(), FUNCTION))

Tell = Callable[[str, dict[str, Any]], None]


class ParallelBuild:
    """The models and failures of a build in worker processes, `jobs` at a time.

    A context manager. All jobs run even if one fails, so that every finished result is cached. On
    Ctrl-C the workers end, and each reports its current step.
    """

    def __init__(
        self,
        project: Project,
        chains: list[Chain],
        failures: list[FailureChain],
        jobs: int,
        tell: Tell,
        cluster: str = "",
    ) -> None:
        """chains: of models, which start first, in this order. `tell(slug, event)`: progress.
        cluster: address of a Dask scheduler whose workers make the models, '' for this machine.
        Seeds may use the jobs that models leave free."""
        executor = Executor(max(1, jobs // max(1, min(jobs, len(chains)))), cluster)
        models = [chain.job(executor) for chain in chains]
        others = [each.job() for each in failures]
        self._there = None
        if cluster and models:
            self._there = ClusterJobs(project, cluster, tell, IMPORTED)
        here = others if self._there else [*models, *others]
        self._starter = Starter(project.root, len(here), max(1, jobs), IMPORTED)
        self._workers: list[Worker | ClusterWorker] = [
            Worker(job, project, tell, self._starter.start) for job in here
        ]
        if self._there:
            self._workers[:0] = map(self._there.worker, models)
        self._models = len(chains)
        waiting = len(models) if self._there else 0
        self._pool = ThreadPoolExecutor(max_workers=max(1, jobs) + waiting)
        self._futures: list[Future[ModelpressError | None]] = []

    def __enter__(self) -> ParallelBuild:
        if self._there:
            try:
                self._there.__enter__()
            except BaseException:
                self._starter.close()
                raise
        self._futures = [self._pool.submit(worker.run) for worker in self._workers]
        return self

    def models(self) -> None:
        """Waits for the models. If one fails, waits for all and raises the first error.

        The error's text names the others.
        """
        if any(future.result() for future in self._futures[: self._models]):
            self.all()

    def all(self) -> None:
        """Waits for the failures too. Raises the first error, whose text names the others."""
        errors = [error for future in self._futures if (error := future.result())]
        if errors:
            raise _joined(errors)

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        try:
            if error is None or isinstance(error, ModelpressError):
                wait(self._futures)
            else:
                self._end()
        except BaseException:
            self._end()
            raise
        finally:
            self._starter.close()
            self._pool.shutdown()
            if self._there:
                self._there.__exit__(None, None, None)

    def _end(self) -> None:
        for future in self._futures:
            future.cancel()
        for worker in self._workers:
            worker.end()


def _joined(errors: list[ModelpressError]) -> ModelpressError:
    """Returns one error for several: a ModelFailure (exit code 1) first, with all texts."""
    first = next((error for error in errors if isinstance(error, ModelFailure)), errors[0])
    if len(errors) > 1:
        others = "\n".join(str(error) for error in errors if error is not first)
        first.next_step = f"{first.next_step}\nBesides:\n{others}"
    return first
