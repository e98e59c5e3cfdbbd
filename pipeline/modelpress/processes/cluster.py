"""Connects to a Dask cluster; runs many trainings in parallel, there or in local processes.

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
        with connected(self.cluster) as client:
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
def connected(address: str) -> Iterator[Any]:
    """Yields a client of the cluster, which has at least one worker.

    Raises ModelpressError if it can't be reached, or loses its workers meanwhile.
    """
    try:
        from distributed import Client
        from distributed.comm.registry import backends
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
            "(MODELPRESS_DASK): models are then made on this machine.",
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
    except Exception as error:
        explained = cluster_error(error, address)
        if explained is None:
            raise
        raise explained from error
    finally:
        client.close()


def cluster_error(error: BaseException, address: str) -> ModelpressError | None:
    """Returns an error of the cluster itself as a ModelpressError, None for any other."""
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker | CommClosedError):
        return lost(address, f"{type(error).__name__}: {error}")
    if isinstance(error, ModuleNotFoundError):
        return ModelpressError(
            "A worker of the Dask cluster lacks a package that the build needs.",
            where=f"--dask {address}",
            found=str(error),
            next_step="Install the same packages on the workers, Modelpress included.",
        )
    return None


def lost(address: str, found: str) -> ModelpressError:
    """Returns the error of a cluster whose workers have exited."""
    return ModelpressError(
        "The Dask cluster lost its workers during the build.",
        where=f"--dask {address}",
        found=found,
        next_step="See their last log messages (out of memory?), and build again; finished models "
        "are kept.",
    )
