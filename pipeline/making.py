"""Makes the models that are not up to date, each in a process of its own, side by side."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from pipeline.chain import Chain
from pipeline.errors import ModelFailure, ModelpressError
from pipeline.exhibit import SUBJECT
from pipeline.machines import Machines
from pipeline.project import Project
from pipeline.workers import Worker


def make(
    chains: list[Chain],
    jobs: int,
    tell: Callable[[str, dict[str, Any]], None],
    failures: dict[str, Path] | None = None,
    project: Project | None = None,
    cluster: str = "",
) -> None:
    """Runs each chain in a worker, `jobs` at a time. `tell(slug, event)` gets the progress.

    failures: files by slug that are made besides, one after another, each in a worker: what one
    changes for its whole process, such as Keras' float type, is not to reach the next. project:
    theirs. cluster: address of a Dask scheduler that trains seeds; '' for this machine. What `jobs`
    allows and fewer models leave free, their seeds may use.

    All are run, so that what can be made is kept; then the first error is raised, with the others
    named. On Ctrl-C the workers are ended, each says what it was at, and KeyboardInterrupt goes on.
    """
    machines = Machines(max(1, jobs // max(1, min(jobs, len(chains)))), cluster)
    workers = [_chain_worker(chain, machines, tell) for chain in chains]
    lines = [[worker] for worker in workers]
    if failures:
        assert project is not None
        lines.append([_failure_worker(*each, project, tell) for each in failures.items()])
    errors: list[ModelpressError] = []
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        futures = [pool.submit(_run_in_turn, line) for line in lines]
        try:
            for future in as_completed(futures):
                errors += future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            for worker in itertools.chain.from_iterable(lines):
                worker.end()
            raise
    if errors:
        raise _joined(errors)


def _run_in_turn(workers: list[Worker]) -> list[ModelpressError]:
    return [error for worker in workers if (error := worker.run())]


def _chain_worker(
    chain: Chain, machines: Machines, tell: Callable[[str, dict[str, Any]], None]
) -> Worker:
    request = {
        "project": chain.project.as_dict(),
        "slug": chain.slug,
        "path": str(chain.path),
        "name": chain.project.relative(chain.path),
        "starts": chain.starts,
        "data": str(chain.request.path) if chain.request.path else None,
        "download": chain.request.download,
        "builtin": chain.request.builtin,
        "processes": machines.processes,
        "cluster": machines.cluster,
    }
    return Worker(chain.slug, chain.project, request, tell)


def _failure_worker(
    slug: str, path: Path, project: Project, tell: Callable[[str, dict[str, Any]], None]
) -> Worker:
    request = {
        "project": project.as_dict(),
        "slug": slug,
        "path": str(path),
        "name": project.relative(path),
        "failures": {slug: str(path)},
    }
    return Worker(SUBJECT, project, request, tell)


def _joined(errors: list[ModelpressError]) -> ModelpressError:
    """One error of several: exit code 1 where a model failed, the text of all."""
    first = next((error for error in errors if isinstance(error, ModelFailure)), errors[0])
    if len(errors) > 1:
        others = "\n".join(str(error) for error in errors if error is not first)
        first.next_step = f"{first.next_step}\nBesides:\n{others}"
    return first
