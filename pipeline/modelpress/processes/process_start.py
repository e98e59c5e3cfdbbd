"""Starts worker processes: new ones, or forks of a process that has imported TensorFlow."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from modelpress.caching.keys import PACKAGE
from modelpress.core.commands import WORKER, module_command
from modelpress.core.determinism import ENVIRONMENT

UNKNOWN_STATUS = 255  # exit status of a process whose server was killed

# On other systems, such as macOS, forking after loading system libraries is not safe.
CAN_FORK = sys.platform == "linux"


class Process(Protocol):
    """A worker process, new or forked."""

    @property
    def stdin(self) -> IO[bytes] | None: ...
    @property
    def stdout(self) -> IO[bytes] | None: ...
    @property
    def stderr(self) -> IO[bytes] | None: ...
    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None:
        """Returns the exit status, or None while the process runs."""

    def wait(self) -> int:
        """Waits for the exit and returns its status, negative for a signal."""


# Starts a worker. The argument is the reading end of a pipe that the build holds open. Returns None
# if the build ends meanwhile.
Start = Callable[[int], Process | None]


def fresh(root: Path, alive: int) -> Process:
    """Starts a new worker process in the project's folder."""
    return subprocess.Popen(
        module_command(WORKER, alive),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=root,
        env=_environment(),
        start_new_session=True,  # the build passes Ctrl-C on
        pass_fds=[alive],
    )


class Starter:
    """Starts the `count` workers of a build, `jobs` at a time.

    If there are more workers than run at once, a server imports TensorFlow and forks for each. The
    first workers are new processes, because the other cores would be idle during that import.
    """

    def __init__(self, root: Path, count: int, jobs: int, modules: Sequence[str] = ()) -> None:
        """modules: imported by the server before it forks."""
        self._root = root
        self._lock = threading.Lock()
        self._server = _Server(root, modules) if CAN_FORK and count > jobs else None
        self._new = jobs - 1 if self._server else count

    def start(self, alive: int) -> Process | None:
        """Starts one worker; returns None after `close`."""
        with self._lock:
            self._new -= 1
            new = self._new >= 0
        if self._server is None or new:
            return fresh(self._root, alive)
        process = self._server.fork(alive)
        if process is None and not self._server.closed:  # the server was killed, or can't run
            return fresh(self._root, alive)
        return process

    def close(self) -> None:
        """Ends the server; pending forks return None."""
        if self._server:
            self._server.close()


class _Server:
    """The build's side of `modelpress.processes.worker_server`."""

    def __init__(self, root: Path, modules: Sequence[str] = ()) -> None:
        self.closed = False
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        alive, self._held = os.pipe()
        try:
            self._process = subprocess.Popen(
                module_command(WORKER, theirs.fileno(), alive, *modules),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=root,
                env=_environment(),
                start_new_session=True,
                pass_fds=[theirs.fileno(), alive],
            )
        finally:
            theirs.close()
            os.close(alive)

    def fork(self, alive: int) -> Process | None:
        """Returns a forked worker once the server has imported everything; None if it exited."""
        return request_fork(self._requests, b"f", alive)

    def close(self) -> None:
        self.closed = True
        self._process.kill()
        self._process.wait()
        self._requests.close()
        with suppress(OSError):
            os.close(self._held)


def request_fork(requests: socket.socket, message: bytes, alive: int) -> Process | None:
    """Sends `message` to a server of forks and returns the forked worker; None if it exited."""
    pipes = [os.pipe() for _ in range(4)]
    (stdin, to), (out, stdout), (err, stderr), (status, report) = pipes
    try:
        socket.send_fds(requests, [message], [stdin, stdout, stderr, alive, report])
    except OSError:  # the server has exited: `status` reads nothing below
        pass
    finally:
        for fd in (stdin, stdout, stderr, report):
            os.close(fd)
    reports = os.fdopen(status, "rb")
    streams = os.fdopen(to, "wb"), os.fdopen(out, "rb"), os.fdopen(err, "rb")
    number = reports.readline()
    if number:
        return _Forked(int(number), reports, *streams)
    for stream in (reports, *streams):
        stream.close()
    return None


class _Forked:
    """A forked worker; its server reports its exit."""

    def __init__(
        self, pid: int, reports: IO[bytes], stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]
    ) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, stdout, stderr
        self._reports = reports
        self._lock = threading.Lock()
        self._status: int | None = None

    def poll(self) -> int | None:
        return self._status

    def wait(self) -> int:
        with self._lock:
            if self._status is None:
                with self._reports:
                    status = self._reports.readline()
                if not status:
                    _wait_for_end(self.pid)
                self._status = int(status or UNKNOWN_STATUS)
            return self._status


def _wait_for_end(pid: int) -> None:
    """Waits for the exit of a process that is not a child of this one."""
    with suppress(OSError, AttributeError):  # it has exited, or this system lacks the call
        ended = os.pidfd_open(pid)
        select.select([ended], [], [])
        os.close(ended)


def _environment() -> dict[str, str]:
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
