"""Makes the models that are not up to date, each in a process of its own, side by side."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.chain import Chain
from pipeline.errors import ModelFailure, ModelpressError, error_from_dict
from pipeline.exhibit import SUBJECT
from pipeline.keys import PACKAGE
from pipeline.machines import Machines
from pipeline.project import Project
from pipeline.repeatable import ENVIRONMENT

KEPT_OUTPUT_BYTES = 4096  # of what a worker prints: the end, shown if it dies
# What TensorFlow logs at every start, before its level can be set.
_LOG = re.compile(r"[IWE]\d{4} |\d{4}-\d\d-\d\d .*: [IWE] |WARNING: All log messages before absl")


def make(
    chains: list[Chain],
    jobs: int,
    tell: Callable[[str, dict[str, Any]], None],
    failures: dict[str, Path] | None = None,
    project: Project | None = None,
    cluster: str = "",
) -> None:
    """Runs each chain in a worker, `jobs` at a time. `tell(slug, event)` gets the progress.

    failures: files by slug that are made besides, all in one worker: each takes less time than
    starting TensorFlow does. project: theirs. cluster: address of a Dask scheduler that trains
    seeds; '' for this machine. What `jobs` allows and fewer models leave free, their seeds may use.

    All are run, so that what can be made is kept; then the first error is raised, with the others
    named. On Ctrl-C the workers are ended before KeyboardInterrupt goes on.
    """
    machines = Machines(max(1, jobs // max(1, min(jobs, len(chains)))), cluster)
    workers = [_chain_worker(chain, machines, tell) for chain in chains]
    if failures:
        assert project is not None
        workers.append(_failures_worker(failures, project, tell))
    errors: list[ModelpressError] = []
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        futures = [pool.submit(worker.run) for worker in workers]
        try:
            for future in as_completed(futures):
                error = future.result()
                if error:
                    errors.append(error)
        except BaseException:
            for future in futures:
                future.cancel()
            for worker in workers:
                worker.end()
            raise
    if errors:
        raise _joined(errors)


def _chain_worker(
    chain: Chain, machines: Machines, tell: Callable[[str, dict[str, Any]], None]
) -> _Worker:
    request = {
        "config_file": str(chain.project.config_file),
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
    return _Worker(chain.slug, chain.project, request, tell)


def _failures_worker(
    failures: dict[str, Path],
    project: Project,
    tell: Callable[[str, dict[str, Any]], None],
) -> _Worker:
    request = {
        "config_file": str(project.config_file),
        "slug": SUBJECT,
        "path": str(project.failures_dir),
        "name": project.relative(project.failures_dir),
        "failures": {slug: str(path) for slug, path in failures.items()},
    }
    return _Worker(SUBJECT, project, request, tell)


class _Worker:
    """One worker process. subject: what the progress is about; request: what it reads."""

    def __init__(
        self,
        subject: str,
        project: Project,
        request: dict[str, Any],
        tell: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self._subject, self._project, self._request = subject, project, request
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()
        self._output = b""

    def run(self) -> ModelpressError | None:
        """Runs the chain to its end; returns what went wrong, if anything."""
        if self._ended.is_set():
            return None
        paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            # -P: a folder `pipeline` of the author's must not stand in for this package.
            [sys.executable, "-P", "-m", "pipeline.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._project.root,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            start_new_session=True,  # Ctrl-C is ours to pass on
        )
        if self._ended.is_set():
            self.end()
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        drain = threading.Thread(target=self._drain)
        drain.start()
        with suppress(BrokenPipeError):  # it died at once: its exit status, below, says so
            stdin.write(json.dumps(self._request).encode() + b"\n")
            stdin.flush()
        last: dict[str, Any] = {}
        for line in stdout:
            last = json.loads(line)
            if last["event"] not in ("error", "finished"):
                self._tell(self._subject, last)
        status = self._process.wait()
        drain.join()
        with suppress(BrokenPipeError):
            stdin.close()
        if last.get("event") == "finished":
            return None
        if last.get("event") == "error":
            return error_from_dict(last["error"])
        return self._died(status)

    def end(self) -> None:
        """Ends the process, or keeps it from starting."""
        self._ended.set()
        if self._process and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # and what it has started itself

    def _drain(self) -> None:
        """Takes whatever the worker prints, however much, and keeps its end."""
        assert self._process is not None
        assert self._process.stderr is not None
        while block := self._process.stderr.read1(1 << 16):  # type: ignore[attr-defined]
            self._output = (self._output + block)[-KEPT_OUTPUT_BYTES:]

    def _died(self, status: int) -> ModelpressError:
        lines = self._output.decode(errors="replace").splitlines()
        said = [line for line in lines if line.strip() and not _LOG.match(line)][-5:]
        if status < 0:
            name = signal.Signals(-status).name
            how = f"signal {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
        else:
            how = f"exit status {status}"
        return ModelFailure(
            f"The process that made {self._subject} ended before it was done; what it was at was "
            "not kept.",
            where=str(self._request["name"]),
            found=how + ("; it last said:\n" + "\n".join(said) if said else ""),
            next_step="Build again. If it ends there each time, make the model or its data "
            "smaller, or look for os._exit in the model file.",
        )


def _joined(errors: list[ModelpressError]) -> ModelpressError:
    """One error of several: exit code 1 where a model failed, the text of all."""
    first = next((error for error in errors if isinstance(error, ModelFailure)), errors[0])
    if len(errors) > 1:
        others = "\n".join(str(error) for error in errors if error is not first)
        first.next_step = f"{first.next_step}\nBesides:\n{others}"
    return first
