"""Where many trainings run side by side: processes of this machine, or a Dask cluster.

Both through joblib: what runs is the same, and so is what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from modelpress.core.errors import ModelpressError

CONNECT_S = 20  # for the cluster to answer, and for it to have a worker
IDLE_S = 10  # after which a process of this machine that has nothing to do ends
LOOP_TRIES = 3  # Dask gives its thread 10 s to start, which a busy machine may miss
TASKS_EACH = 4  # tasks that a process or a thread of the cluster gets, one after the other


@dataclass(frozen=True)
class Machines:
    """processes: of this machine that may work side by side. cluster: address of a Dask scheduler,
    such as tcp://10.0.0.1:8786, which then does the work; '' for none."""

    processes: int = 1
    cluster: str = ""

    def map(
        self, work: Callable[[Any, Sequence[Any]], Any], payload: Any, items: Sequence[Any]
    ) -> Iterator[Any]:
        """`work(payload, some of the items)` for all the items in parts, in order.

        work: a function of a module that every machine has. Raises ModelpressError where the
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
        """How many tasks run at once, and what joblib is told."""
        import joblib

        if not self.cluster:
            try:
                yield self.processes, {"backend": "loky", "idle_worker_timeout": IDLE_S}
            finally:
                # They hold what this process prints into; the build waits for its end.
                joblib.externals.loky.get_reusable_executor().shutdown(kill_workers=True)
            return
        with _connected(self.cluster) as client:
            at_once = sum(client.ncores().values())
            with joblib.parallel_config("dask", client=client):
                yield at_once, {}


def _started(connect: Callable[[], Any]) -> Any:
    """What `connect` gives. Raises OSError where Dask's thread doesn't start, as `connect` does."""
    for _ in range(LOOP_TRIES):
        try:
            return connect()
        except AssertionError:  # of distributed's LoopRunner, which has no words
            continue
    raise OSError("this machine is too busy to start Dask's own thread")


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of the cluster, which has at least one worker."""
    try:
        from distributed import Client
        from distributed.comm import CommClosedError
        from distributed.comm.registry import backends
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise ModelpressError(
            "A Dask cluster was named, and Dask is not installed here.",
            where=f"--dask {address}",
            found=str(error),
            next_step="pip install 'modelpress[cluster]', or leave --dask (MODELPRESS_DASK) out.",
        ) from error
    try:
        scheme, separator, _ = address.partition("://")
        if separator and scheme not in backends:  # Client would fail an assertion, or wait
            raise ValueError("no address of a scheduler")
        client = _started(lambda: Client(address, timeout=CONNECT_S, set_as_default=False))
    except (OSError, ValueError) as error:
        raise ModelpressError(
            "The Dask cluster can't be reached.",
            where=f"--dask {address}",
            found=str(error) or f"no answer within {CONNECT_S} s",
            expected="the address of a running scheduler, such as tcp://10.0.0.1:8786",
            next_step="Start one (`dask scheduler`), correct the address, or leave --dask "
            "(MODELPRESS_DASK) out: the seeds are then trained on this machine.",
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise ModelpressError(
                "The Dask cluster has no workers.",
                where=f"--dask {address}",
                found=f"none within {CONNECT_S} s",
                next_step=f"Start some, where Modelpress is installed: `dask worker {address}`.",
            ) from error
        yield client
    except (KilledWorker, CommClosedError) as error:
        raise ModelpressError(
            "The Dask cluster lost its workers on the way.",
            where=f"--dask {address}",
            found=f"{type(error).__name__}: {error}",
            next_step="See what they last said (out of memory?), and build again.",
        ) from error
    except ModuleNotFoundError as error:
        raise ModelpressError(
            "A worker of the Dask cluster lacks a package that the training needs.",
            where=f"--dask {address}",
            found=str(error),
            next_step="Install on the workers what is installed here: `pip install modelpress`.",
        ) from error
    finally:
        client.close()
