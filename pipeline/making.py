"""Makes the models that are not up to date, each in a process of its own, side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from pipeline.chain import Chain
from pipeline.errors import ModelFailure, ModelpressError
from pipeline.exhibit import SUBJECT
from pipeline.machines import Machines
from pipeline.project import Project
from pipeline.starting import Start, Starter
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

    failures: files by slug that are made after them, each in a worker too: what one changes for its
    whole process, such as Keras' float type, must not reach the next. project: theirs. cluster:
    address of a Dask scheduler that trains seeds; '' for this machine. What `jobs` allows and fewer
    models leave free, their seeds may use.

    All are run, so that what can be made is kept; then the first error is raised, with the others
    named. On Ctrl-C the workers are ended, each says what it was at, and KeyboardInterrupt goes on.
    """
    if project is None:
        project = chains[0].project
    machines = Machines(max(1, jobs // max(1, min(jobs, len(chains)))), cluster)
    starter = Starter(project.root, len(chains) + len(failures or ()), max(1, jobs))
    workers = [_chain_worker(chain, machines, tell, starter.start) for chain in chains]
    for slug, path in (failures or {}).items():
        workers.append(_failure_worker(slug, path, project, tell, starter.start))
    errors: list[ModelpressError] = []
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        futures = [pool.submit(worker.run) for worker in workers]
        try:
            errors = [error for future in as_completed(futures) if (error := future.result())]
        except BaseException:
            for future in futures:
                future.cancel()
            for worker in workers:
                worker.end()
            raise
        finally:
            starter.close()
    if errors:
        raise _joined(errors)


def _chain_worker(
    chain: Chain, machines: Machines, tell: Callable[[str, dict[str, Any]], None], start: Start
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
    return Worker(chain.slug, chain.project, request, tell, start)


def _failure_worker(
    slug: str,
    path: Path,
    project: Project,
    tell: Callable[[str, dict[str, Any]], None],
    start: Start,
) -> Worker:
    request = {
        "project": project.as_dict(),
        "slug": slug,
        "path": str(path),
        "name": project.relative(path),
        "failures": {slug: str(path)},
    }
    return Worker(SUBJECT, project, request, tell, start)


def _joined(errors: list[ModelpressError]) -> ModelpressError:
    """One error of several: exit code 1 where a model failed, the text of all."""
    first = next((error for error in errors if isinstance(error, ModelFailure)), errors[0])
    if len(errors) > 1:
        others = "\n".join(str(error) for error in errors if error is not first)
        first.next_step = f"{first.next_step}\nBesides:\n{others}"
    return first
