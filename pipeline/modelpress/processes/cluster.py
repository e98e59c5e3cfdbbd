"""Runs many trainings in parallel, in local processes or on a Dask cluster.

Both use joblib and give the same results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from modelpress.core.errors import ModelpressError

CONNECT_S = 20  # for the cluster to respond, and for it to have a worker
IDLE_S = 10  # after which an idle local process exits
LOOP_TRIES = 3  # Dask's thread must start within 10 s, which fails on a busy machine
TASKS_EACH = 4  # tasks per process or cluster thread, one after the other


@dataclass(frozen=True)
class Executor:
    """Local processes or a cluster.

    processes: maximum number of local processes. cluster: address of a Dask scheduler that does the
    work instead, such as tcp://10.0.0.1:8786; '' for none.
    """

    processes: int = 1
    cluster: str = ""

    def map(
        self, work: Callable[[Any, Sequence[Any]], Any], payload: Any, items: Sequence[Any]
    ) -> Iterator[Any]:
        """Yields `work(payload, part)` for consecutive parts of `items`, in order.

        work: a function of a module that every worker can import. Raises ModelpressError if the
        cluster can't be reached or loses its workers, and whatever `work` raises.
        """
        import joblib

        with self._backend() as (at_once, settings):
            size = max(1, -(-len(items) // (at_once * TASKS_EACH)))
            parts = [items[i : i + size] for i in range(0, len(items), size)]
            tasks = (joblib.delayed(work)(payload, part) for part in parts)
            yield from joblib.Parallel(
                n_jobs=at_once, return_as="generator", batch_size=1, pre_dispatch="all", **settings
            )(tasks)

    @contextmanager
    def _backend(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yields the number of parallel tasks and joblib's settings."""
        import joblib

        if not self.cluster:
            try:
                yield self.processes, {"backend": "loky", "idle_worker_timeout": IDLE_S}
            finally:
                # They hold this process's output streams; the build waits for these to close.
                joblib.externals.loky.get_reusable_executor().shutdown(kill_workers=True)
            return
        with _connected(self.cluster) as client:
            at_once = sum(client.ncores().values())
            with joblib.parallel_config("dask", client=client):
                yield at_once, {}


def _started(connect: Callable[[], Any]) -> Any:
    """Returns `connect()`. Raises OSError if Dask's thread doesn't start, as `connect` does."""
    for _ in range(LOOP_TRIES):
        try:
            return connect()
        except AssertionError:  # raised by distributed's LoopRunner, without a message
            continue
    raise OSError("this machine is too busy to start Dask's own thread")


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Yields a client of the cluster, which has at least one worker."""
    try:
        from distributed import Client
        from distributed.comm import CommClosedError
        from distributed.comm.registry import backends
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise ModelpressError(
            "Dask is not installed, but a Dask cluster was given.",
            where=f"--dask {address}",
            found=str(error),
            next_step="pip install 'modelpress[cluster]', or omit --dask (MODELPRESS_DASK).",
        ) from error
    try:
        scheme, separator, _ = address.partition("://")
        if separator and scheme not in backends:  # Client would fail an assertion, or block
            raise ValueError("not the address of a scheduler")
        client = _started(lambda: Client(address, timeout=CONNECT_S, set_as_default=False))
    except (OSError, ValueError) as error:
        raise ModelpressError(
            "The Dask cluster can't be reached.",
            where=f"--dask {address}",
            found=str(error) or f"no response within {CONNECT_S} s",
            expected="the address of a running scheduler, such as tcp://10.0.0.1:8786",
            next_step="Start one (`dask scheduler`), correct the address, or omit --dask "
            "(MODELPRESS_DASK): the seeds are then trained on this machine.",
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise ModelpressError(
                "The Dask cluster has no workers.",
                where=f"--dask {address}",
                found=f"none within {CONNECT_S} s",
                next_step=f"Start workers with Modelpress installed: `dask worker {address}`.",
            ) from error
        yield client
    except (KilledWorker, CommClosedError) as error:
        raise ModelpressError(
            "The Dask cluster lost its workers during the training.",
            where=f"--dask {address}",
            found=f"{type(error).__name__}: {error}",
            next_step="See their last log messages (out of memory?), and build again.",
        ) from error
    except ModuleNotFoundError as error:
        raise ModelpressError(
            "A worker of the Dask cluster lacks a package that the training needs.",
            where=f"--dask {address}",
            found=str(error),
            next_step="Install the same packages on the workers, Modelpress included.",
        ) from error
    finally:
        client.close()
