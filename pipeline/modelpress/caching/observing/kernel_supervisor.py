"""The supervisor process: the kernel notifies it before each system call that names a file.

The supervised process starts it by
`python -m modelpress.caching.observing.kernel_supervisor DESCRIPTOR`.

Every call continues unchanged, even after an error here: a call without a response would block
forever. The supervisor exits with the last supervised process.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import select
import socket
import struct
import sys
from typing import Any

from modelpress.caching.observing import kernel
from modelpress.caching.observing.noticing import Record
from modelpress.caching.observing.scope import Scope, absolute

# A stat of a path in this folder is a message to the supervisor.
MESSAGES = "/.modelpress-messages/"
_PAGE = 4096
_LONGEST = 4096  # of a path, in bytes


class Supervisor:
    """Serves one supervised process and its children until all have exited."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._listener = -1
        self._record: Record | None = None
        self._paused = False
        self._quiet: dict[int, int] = {}  # nesting depth of imports, by thread
        self._names: set[str] = set()  # environment variables
        self._unseen = False

    def run(self) -> None:
        self._control.sendall(b"ready\n")
        _, descriptors, _, _ = socket.recv_fds(self._control, 16, 1)
        self._listener = descriptors[0]
        self._control.sendall(b"ready\n")
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        poll.register(self._control, select.POLLIN)
        while True:
            for descriptor, event in poll.poll():
                if descriptor != self._listener:
                    if not self._command():
                        poll.unregister(self._control)
                elif event & select.POLLIN:
                    self._respond()
                elif event & (select.POLLHUP | select.POLLERR):
                    return

    def _respond(self) -> None:
        notification = bytearray(kernel.NOTIFICATION.size)
        try:
            fcntl.ioctl(self._listener, kernel.RECEIVE, notification)
        except OSError:  # the call was interrupted, or its process has exited
            return
        identity, thread, _, number, _, _, *arguments = kernel.NOTIFICATION.unpack(notification)
        try:
            self._record_call(thread, number, arguments)
        except ProcessLookupError:
            pass  # the process has exited
        except Exception:
            self._unseen = True
        response = bytearray(kernel.RESPONSE.pack(identity, 0, 0, kernel.CONTINUE))
        try:
            fcntl.ioctl(self._listener, kernel.SEND, response)
        except OSError as error:
            if error.errno != errno.ENOENT:  # ENOENT: the process has exited
                raise

    def _record_call(self, thread: int, number: int, arguments: list[int]) -> None:
        calls = (kernel.OPEN, kernel.STAT, kernel.RUN, kernel.MAKE)
        kind = next(known for known in calls if number in known)
        folder, place = kind[number]
        if self._record is None or self._paused:
            return
        path = os.fsdecode(_text(thread, arguments[place]))
        if path.startswith(MESSAGES):
            self._message(thread, path.removeprefix(MESSAGES))
            return
        if not path or thread in self._quiet:
            return
        if not path.startswith("/"):
            path = os.path.join(_folder(thread, folder, arguments), path)
        path = absolute(path, "/")
        if kind is kernel.STAT:
            self._record.stat(path)
        elif kind is kernel.MAKE:
            self._record.make(path)
        elif kind is kernel.RUN:
            self._record.open(path, os.O_RDONLY)
        else:
            self._record.open(path, _flags(thread, number, arguments))

    def _message(self, thread: int, text: str) -> None:
        if text == "quiet":
            self._quiet[thread] = self._quiet.get(thread, 0) + 1
        elif text == "loud":
            depth = self._quiet.pop(thread, 1) - 1
            if depth:
                self._quiet[thread] = depth
        elif text.startswith("variable/"):
            self._names.add(text.removeprefix("variable/"))

    def _command(self) -> bool:
        """Handles one command of the supervised process; returns False after its exit."""
        line = b""
        while not line.endswith(b"\n"):
            block = self._control.recv(1 << 16)
            if not block:
                return False
            line += block
        request = json.loads(line)
        response: dict[str, Any] = {}
        if request["do"] == "begin":
            self._record = Record(Scope.from_dict(request["scope"]))
            self._paused, self._unseen, self._names = False, False, set()
            self._quiet = {}
        elif request["do"] == "pause":
            self._paused = request["on"]
        elif request["do"] == "end" and self._record:
            response = {
                "seen": self._record.seen,
                "written": sorted(self._record.written),
                "variables": sorted(self._names),
                "unseen": self._unseen,
            }
            self._record = None
        self._control.sendall(json.dumps(response).encode() + b"\n")
        return True


def _flags(thread: int, number: int, arguments: list[int]) -> int:
    if number == kernel.CREAT:
        return os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    if number == kernel.OPENAT2:
        flags: int = struct.unpack("<Q", _memory(thread, arguments[2], 8))[0]
        return flags
    return arguments[2 if number == kernel.OPENAT else 1] & 0xFFFFFFFF


def _folder(thread: int, place: int | None, arguments: list[int]) -> str:
    """Returns the folder that a relative path starts from."""
    descriptor = kernel.AT_FDCWD if place is None else arguments[place] & 0xFFFFFFFF
    if descriptor in (kernel.AT_FDCWD, kernel.AT_FDCWD & 0xFFFFFFFF):
        return os.readlink(f"/proc/{thread}/cwd")
    return os.readlink(f"/proc/{thread}/fd/{descriptor}")


def _text(thread: int, address: int) -> bytes:
    """Returns the zero-terminated text at an address of a supervised process."""
    found = b""
    while b"\0" not in found and len(found) < _LONGEST:
        block = _memory(thread, address + len(found), _PAGE - (address + len(found)) % _PAGE)
        if not block:
            break
        found += block
    return found.split(b"\0")[0]


def _memory(thread: int, address: int, size: int) -> bytes:
    memory = os.open(f"/proc/{thread}/mem", os.O_RDONLY)
    try:
        return os.pread(memory, size, address)
    except OSError as error:
        if error.errno == errno.EIO:  # invalid address: the call itself fails
            return b""
        raise
    finally:
        os.close(memory)


if __name__ == "__main__":
    Supervisor(socket.socket(fileno=int(sys.argv[1]))).run()
