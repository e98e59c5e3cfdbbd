"""Makes the models that are not up to date, each in a process of its own, side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from modelpress.build.failure_chain import FUNCTION, FailureChain
from modelpress.build.model_chain import Chain
from modelpress.build.model_steps import FUNCTIONS
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.core.project import Project
from modelpress.processes.cluster import Machines
from modelpress.processes.process_start import Starter
from modelpress.processes.worker_pool import Worker

# Modules that workers import, whatever they make.
IMPORTED = tuple(name.rpartition(".")[0] for name in (*FUNCTIONS.values(), FUNCTION))

Tell = Callable[[str, dict[str, Any]], None]


class Making:
    """The models and failures of a build while they are made, each in a worker, `jobs` at a time.

    Used in a `with` statement. All are run, so that what can be made is kept, whichever fails. On
    Ctrl-C the workers are ended, and each says what it was at.
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
        """chains: the models', made first, in this order. `tell(slug, event)` gets the progress.
        cluster: address of a Dask scheduler that trains seeds; '' for this machine. What `jobs`
        allows and fewer models leave free, their seeds may use."""
        machines = Machines(max(1, jobs // max(1, min(jobs, len(chains)))), cluster)
        work = [*(chain.job(machines) for chain in chains), *(each.job() for each in failures)]
        self._starter = Starter(project.root, len(work), max(1, jobs), IMPORTED)
        self._workers = [Worker(job, project, tell, self._starter.start) for job in work]
        self._models = len(chains)
        self._pool = ThreadPoolExecutor(max_workers=max(1, jobs))
        self._futures: list[Future[ModelpressError | None]] = []

    def __enter__(self) -> Making:
        self._futures = [self._pool.submit(worker.run) for worker in self._workers]
        return self

    def models(self) -> None:
        """Waits for the models. Where one fails, waits for all and raises the first error, with the
        others named."""
        if any(future.result() for future in self._futures[: self._models]):
            self.all()

    def all(self) -> None:
        """Waits for the failures, too. Raises the first error, with the others named."""
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

    def _end(self) -> None:
        for future in self._futures:
            future.cancel()
        for worker in self._workers:
            worker.end()


def _joined(errors: list[ModelpressError]) -> ModelpressError:
    """One error of several: exit code 1 where a model failed, the text of all."""
    first = next((error for error in errors if isinstance(error, ModelFailure)), errors[0])
    if len(errors) > 1:
        others = "\n".join(str(error) for error in errors if error is not first)
        first.next_step = f"{first.next_step}\nBesides:\n{others}"
    return first
