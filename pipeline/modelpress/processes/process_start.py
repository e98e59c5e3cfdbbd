"""How worker processes are started: as new ones, or forked from one that has TensorFlow."""

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

UNKNOWN_STATUS = 255  # of a process whose server was killed

# Elsewhere a fork of a process that has system libraries loaded is not safe, as on macOS.
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
        """The exit status; None while it runs."""

    def wait(self) -> int:
        """Waits for the end and returns the exit status, negative for a signal."""


# Starts a worker; gets the reading end of a pipe that the build holds open. None where the build
# ends meanwhile.
Start = Callable[[int], Process | None]


def fresh(root: Path, alive: int) -> Process:
    """A new worker process in the project's folder."""
    return subprocess.Popen(
        module_command(WORKER, alive),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=root,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is ours to pass on
        pass_fds=[alive],
    )


class Starter:
    """Starts the `count` workers of a build, `jobs` at a time.

    Where there are more of them than run at once, a server imports TensorFlow and forks for each.
    Meanwhile the other cores have nothing to wait for: the first workers are new processes.
    """

    def __init__(self, root: Path, count: int, jobs: int, modules: Sequence[str] = ()) -> None:
        """modules: those that the server imports before it forks."""
        self._root = root
        self._lock = threading.Lock()
        self._server = _Server(root, modules) if CAN_FORK and count > jobs else None
        self._new = jobs - 1 if self._server else count

    def start(self, alive: int) -> Process | None:
        """One worker; None after `close`."""
        with self._lock:
            self._new -= 1
            new = self._new >= 0
        if self._server is None or new:
            return fresh(self._root, alive)
        process = self._server.fork(alive)
        if process is None and not self._server.closed:  # it was killed, or can't run at all
            return fresh(self._root, alive)
        return process

    def close(self) -> None:
        """Ends the server; forks that are waited for come to nothing."""
        if self._server:
            self._server.close()


class _Server:
    """The build's end of `modelpress.processes.worker_server`."""

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
        """A forked worker, as soon as the server has imported everything; None where it is gone."""
        pipes = [os.pipe() for _ in range(4)]
        (stdin, to), (out, stdout), (err, stderr), (told, report) = pipes
        sent = [stdin, stdout, stderr, alive, report]
        try:
            socket.send_fds(self._requests, [b"f"], sent)
        except OSError:  # it is gone; `told` says so below
            pass
        finally:
            for fd in (stdin, stdout, stderr, report):
                os.close(fd)
        words = os.fdopen(told, "rb")
        streams = os.fdopen(to, "wb"), os.fdopen(out, "rb"), os.fdopen(err, "rb")
        number = words.readline()
        if number:
            return _Forked(int(number), words, *streams)
        for stream in (words, *streams):
            stream.close()
        return None

    def close(self) -> None:
        self.closed = True
        self._process.kill()
        self._process.wait()
        self._requests.close()
        with suppress(OSError):
            os.close(self._held)


class _Forked:
    """A forked worker, whose end its server tells."""

    def __init__(
        self, pid: int, words: IO[bytes], stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]
    ) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, stdout, stderr
        self._words = words
        self._lock = threading.Lock()
        self._status: int | None = None

    def poll(self) -> int | None:
        return self._status

    def wait(self) -> int:
        with self._lock:
            if self._status is None:
                with self._words:
                    told = self._words.readline()
                if not told:
                    _wait_for_end(self.pid)
                self._status = int(told or UNKNOWN_STATUS)
            return self._status


def _wait_for_end(pid: int) -> None:
    """Waits for a process that is no child of this one."""
    with suppress(OSError, AttributeError):  # it has ended, or this system has no such call
        ended = os.pidfd_open(pid)
        select.select([ended], [], [])
        os.close(ended)


def _environment() -> dict[str, str]:
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
