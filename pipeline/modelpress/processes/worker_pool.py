"""Starts a worker process, follows its events, ends it and explains its exit.

Whatever an author's file does there must not affect the build: print megabytes, leave processes
behind, exit by itself, hang.
"""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelFailure, ModelpressError, error_from_dict
from modelpress.core.project import Project
from modelpress.processes.process_start import Process, Start, fresh

SILENT_S = 600.0  # without events, then a note is printed
EXIT_S = 5.0  # for a worker to exit after its last event
KEPT_OUTPUT_BYTES = 4096  # the end of a worker's output, shown if it dies
# TensorFlow logs this at every start, before its log level can be set.
_LOG = re.compile(r"[IWE]\d{4} |\d{4}-\d\d-\d\d .*: [IWE] |WARNING: All log messages before absl")


@dataclass(frozen=True)
class Job:
    """A worker process's task for one of the author's files.

    subject    of the progress events
    thing      what the file describes, in errors: model or failure
    run        dotted name of a function: its arguments are the project, a receiver of progress
               events, `slug`, `path` and the `arguments`, which are JSON
    """

    subject: str
    thing: str
    slug: str
    path: Path
    run: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def request(self, project: Project) -> dict[str, Any]:
        """Returns the request that the process reads."""
        name = project.relative(self.path)
        return {**asdict(self), "path": str(self.path), "name": name, "project": project.as_dict()}


class Worker:
    """One worker process.

    tell: receives subject and event. start: starts the process, a new one by default.
    """

    def __init__(
        self,
        job: Job,
        project: Project,
        tell: Callable[[str, dict[str, Any]], None],
        start: Start | None = None,
    ) -> None:
        self._subject, self._request = job.subject, job.request(project)
        self._tell = tell
        self._start = start or functools.partial(fresh, project.root)
        self._process: Process | None = None
        self._ended = threading.Event()
        self._output = b""
        self._at = ""
        self._last_event_s = 0.0

    def run(self) -> ModelpressError | None:
        """Runs the chain to its end; returns its error, if any."""
        if self._ended.is_set():
            return None
        alive, held = os.pipe()  # the worker exits when the other end is closed
        try:
            self._process = self._start(alive)
            if self._process is None:
                return None
            if self._ended.is_set():
                self.end()
            return self._follow(self._process, self._request)
        finally:
            os.close(held)
            os.close(alive)

    def end(self) -> None:
        """Ends the process or prevents its start, and reports the step it was running."""
        self._ended.set()
        if self._process and self._process.poll() is None:
            _end_group(self._process)
            at = f" at `{self._at}`" if self._at else ""
            self._note(f"{self._request['name']} was stopped{at}.")

    def _follow(self, process: Process, request: dict[str, Any]) -> ModelpressError | None:
        assert process.stdin is not None
        assert process.stdout is not None
        over = threading.Event()
        drain = threading.Thread(target=self._drain, daemon=True)
        reap = threading.Thread(target=_reap, args=(process,))
        watch = threading.Thread(target=self._watch, args=(over,), daemon=True)
        for thread in (drain, reap, watch):
            thread.start()
        with suppress(BrokenPipeError):  # it died at once: its exit status, below, shows that
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.close()  # a file that reads standard input gets none
        last: dict[str, Any] = {}
        for line in process.stdout:
            event = _event(line)
            if event.get("event") in ("error", "finished"):
                last = event
                break
            if event:
                self._show(event)
        if last:
            reap.join(EXIT_S)
            if reap.is_alive():  # something keeps the process from exiting
                _end_group(process)
        reap.join()
        status = process.wait()
        over.set()
        drain.join(EXIT_S)  # a daemon started by the file may hold it open forever
        if last.get("event") == "finished":
            return None
        if last.get("event") == "error":
            return error_from_dict(last["error"])
        return self._died(status)

    def _show(self, event: dict[str, Any]) -> None:
        self._last_event_s = time.monotonic()
        if event["event"] == "step":
            self._at = event["step"]
        self._tell(self._subject, event)

    def _watch(self, over: threading.Event) -> None:
        """Reports once that no event arrives. A training may take hours, so there is no limit."""
        self._last_event_s = time.monotonic()
        while not over.wait(SILENT_S / 10):
            if time.monotonic() - self._last_event_s >= SILENT_S:
                at = f" (at `{self._at}`)" if self._at else ""
                self._note(
                    f"{self._request['name']} has reported no progress for "
                    f"{SILENT_S / 60:.0f} minutes{at}. If it hangs, press Ctrl-C to end it; "
                    "completed steps are kept."
                )
                return

    def _note(self, text: str) -> None:
        self._tell(self._subject, {"event": "note", "text": text})

    def _drain(self) -> None:
        """Reads all output of the worker, however much, and keeps its end."""
        assert self._process is not None
        assert self._process.stderr is not None
        while block := self._process.stderr.read1(1 << 16):  # type: ignore[attr-defined]
            self._output = (self._output + block)[-KEPT_OUTPUT_BYTES:]

    def _died(self, status: int) -> ModelpressError:
        lines = self._output.decode(errors="replace").splitlines()
        printed = [line for line in lines if line.strip() and not _LOG.match(line)][-5:]
        if status < 0:
            name = signal.Signals(-status).name
            how = f"signal {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
        else:
            how = f"exit status {status}"
        return ModelFailure(
            f"The process that built {self._request['slug']} exited before it was done; the step "
            "it was running was not kept.",
            where=str(self._request["name"]),
            found=how + ("; its last output:\n" + "\n".join(printed) if printed else ""),
            next_step="Build again. If it exits there each time, make the model or its data "
            "smaller, or look for os._exit in the model file.",
        )


def _event(line: bytes) -> dict[str, Any]:
    """Returns a worker's event, or {} for anything else written to its channel."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) and "event" in event else {}


def _reap(process: Process) -> None:
    """Waits for a worker to exit, and ends processes that it has left behind."""
    process.wait()
    _end_group(process)


def _end_group(process: Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
