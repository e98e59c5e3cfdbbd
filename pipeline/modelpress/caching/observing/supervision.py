"""This process as a supervised one: the connection to its supervisor."""

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
    """The supervisor of this process, from the side of this process."""

    def __init__(self) -> None:
        """Raises OSError where the system doesn't allow one."""
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
                cwd=PACKAGE.parent,  # this package, not another of its name
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
        self._ask(do="begin", scope=scope.as_dict())

    def pause(self, on: bool) -> None:
        self._ask(do="pause", on=on)

    def end(self) -> dict[str, Any]:
        """Ends the record: `seen`, `written`, `variables`, and whether something was `unseen`."""
        return self._ask(do="end")

    def _ask(self, **request: Any) -> dict[str, Any]:
        self._control.sendall(json.dumps(request).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            block = self._control.recv(1 << 16)
            if not block:
                raise OSError("The supervisor has ended.")
            line += block
        return line


_supervised: dict[int, Supervised | None] = {}  # by process: a fork has none of its own


def supervised() -> Supervised | None:
    """The supervisor of this process, started when first asked for; None where there can't be
    one."""
    process = os.getpid()
    if process not in _supervised:
        _supervised[process] = None
        if kernel.is_supported():
            with suppress(OSError, subprocess.SubprocessError):
                _supervised[process] = Supervised()
    return _supervised[process]


def message(text: str) -> None:
    """Tells the supervisor something, from any thread or child process; nothing without one."""
    with suppress(OSError):
        os.stat(MESSAGES + text)


@contextmanager
def quiet() -> Iterator[None]:
    """What this thread looks up meanwhile doesn't count."""
    message("quiet")
    try:
        yield
    finally:
        message("loud")
