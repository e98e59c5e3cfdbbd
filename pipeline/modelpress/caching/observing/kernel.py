"""A Linux system call filter: the kernel notifies a supervisor of each call that names a file.

It covers compiled code and child processes, and needs no root privileges. See seccomp(2) and
seccomp_unotify(2).
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import struct
import sys
from contextlib import suppress

# System calls of x86-64 that name a file: the positions of the folder's descriptor (None: no such
# argument) and of the path.
OPEN = {2: (None, 0), 85: (None, 0), 257: (0, 1), 437: (0, 1)}  # open, creat, openat, openat2
STAT = {4: (None, 0), 6: (None, 0), 21: (None, 0), 262: (0, 1), 269: (0, 1), 332: (0, 1),
        439: (0, 1)}  # stat, lstat, access, newfstatat, faccessat, statx, faccessat2  # fmt: skip
RUN = {59: (None, 0), 322: (0, 1)}  # execve, execveat
MAKE = {82: (None, 1), 83: (None, 0), 84: (None, 0), 86: (None, 1), 87: (None, 0), 88: (None, 1),
        258: (0, 1), 263: (0, 1), 264: (2, 3), 265: (2, 3), 266: (1, 2),
        316: (2, 3)}  # rename, mkdir, rmdir, link, unlink, symlink  # fmt: skip
CREAT, OPENAT, OPENAT2, NEWFSTATAT = 85, 257, 437, 262
AT_FDCWD, AT_EMPTY_PATH = -100, 0x1000

# struct seccomp_notif and seccomp_notif_resp
NOTIFICATION, RESPONSE = struct.Struct("<QIIiIQ6Q"), struct.Struct("<QqiI")
RECEIVE, SEND = 0xC0502100, 0xC0182101
CONTINUE = 1

_SINCE = (5, 7)  # a listener for all threads; continuing a call needs 5.5
_X86_64 = 0xC000003E
_SECCOMP = 317
_FILTER_MODE, _NEW_LISTENER, _ALL_THREADS = 1, 8, 1 | 16
_NO_SPECULATION_LOSS, _KILLABLE = 4, 32
_ALLOW, _ASK = 0x7FFF0000, 0x7FC00000
_NO_NEW_PRIVILEGES, _SET_TRACER = 38, 0x59616D61
_LOAD, _JUMP_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06


def is_supported() -> bool:
    """Returns whether this system supports the filter, judged by its name and version."""
    if sys.platform != "linux" or platform.machine() != "x86_64" or sys.maxsize < 2**32:
        return False
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    return version is not None and (int(version[1]), int(version[2])) >= _SINCE


def listen() -> int:
    """Installs the filter for all threads of this process and its future children, permanently.

    Returns the descriptor that the supervisor needs. Raises OSError if the kernel refuses.
    """
    program = _program()
    buffer = ctypes.create_string_buffer(program)
    head = struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    flags = _NEW_LISTENER | _ALL_THREADS | _NO_SPECULATION_LOSS
    for more in (_KILLABLE, 0):  # Linux 5.19 added the first
        listener: int = libc.syscall(_SECCOMP, _FILTER_MODE, flags | more, head)
        if listener >= 0:
            return listener
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def let_read(process: int) -> None:
    """Lets `process` read this process's memory, which Yama would otherwise forbid."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_SET_TRACER, process, 0, 0, 0)


def _program() -> bytes:
    """Returns the filter as BPF machine code."""
    numbers = [*OPEN, *STAT, *RUN, *MAKE]
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_JUMP_EQUAL, 0, len(numbers) + 4, _X86_64),
        (_LOAD, 0, 0, 0),  # the call's number
        (_JUMP_EQUAL, 0, 2, NEWFSTATAT),
        (_LOAD, 0, 0, 16 + 3 * 8),  # its flags: AT_EMPTY_PATH means an open file
        (_JUMP_ANY_BIT, len(numbers), len(numbers) + 1, AT_EMPTY_PATH),
    ]
    steps += [
        (_JUMP_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)
    ]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ASK)]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)
