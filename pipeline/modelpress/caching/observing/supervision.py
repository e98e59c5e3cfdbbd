"""The supervised process's connection to its supervisor."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from modelpress.caching.keys import PACKAGE
from modelpress.caching.observing import kernel
from modelpress.caching.observing.kernel_supervisor import MESSAGES
from modelpress.caching.observing.scope import Scope


class Supervised:
    """The supervisor of this process, as this process uses it."""

    def __init__(self) -> None:
        """Raises OSError if the system doesn't allow supervision."""
        ours, theirs = socket.socketpair()
        self._control = ours
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-S",
                    "-m",
                    "modelpress.caching.observing.kernel_supervisor",
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=PACKAGE.parent,  # finds this package, not another of the same name
                env={"PYTHONPATH": str(PACKAGE.parent), "PATH": os.environ.get("PATH", "")},
                pass_fds=[theirs.fileno()],
            )
        self._line()
        kernel.let_read(self._process.pid)
        listener = kernel.listen()
        socket.send_fds(ours, [b"listener"], [listener])
        os.close(listener)
        self._line()

    def begin(self, scope: Scope) -> None:
        """Starts a new record."""
        self._request(do="begin", scope=scope.as_dict())

    def pause(self, on: bool) -> None:
        self._request(do="pause", on=on)

    def end(self) -> dict[str, Any]:
        """Ends the record; returns `seen`, `written`, `variables` and the flag `unseen`."""
        return self._request(do="end")

    def _request(self, **request: Any) -> dict[str, Any]:
        self._control.sendall(json.dumps(request).encode() + b"\n")
        response: dict[str, Any] = json.loads(self._line())
        return response

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            block = self._control.recv(1 << 16)
            if not block:
                raise OSError("The supervisor has ended.")
            line += block
        return line


_supervised: dict[int, Supervised | None] = {}  # by process: a fork has no supervisor of its own


def supervised() -> Supervised | None:
    """Returns the supervisor of this process, started on the first call; None if unsupported."""
    process = os.getpid()
    if process not in _supervised:
        _supervised[process] = None
        if kernel.is_supported():
            with suppress(OSError, subprocess.SubprocessError):
                _supervised[process] = Supervised()
    return _supervised[process]


def message(text: str) -> None:
    """Sends a message to the supervisor, from any thread or child process; no-op without one."""
    with suppress(OSError):
        os.stat(MESSAGES + text)


@contextmanager
def quiet() -> Iterator[None]:
    """Ignores what this thread looks up within the block."""
    message("quiet")
    try:
        yield
    finally:
        message("loud")
