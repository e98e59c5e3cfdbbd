"""A part of a command that ends abruptly, in a process of its own, before one of its writes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from modelpress.core.errors import ModelpressError

WRITES = ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "os.symlink", "os.truncate")
DONE, REFUSED, ENDED, FAILED = 0, 2, 9, 70


def run_until(write: int, act: Callable[[], object], below: Path) -> int:
    """Runs `act` in a child process, which ends before its `write`th change (from 1; 0: never) to
    something below a folder. Returns DONE, REFUSED for a ModelpressError, or ENDED."""
    child = os.fork()
    if child == 0:
        _run(write, act, str(below))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (DONE, REFUSED, ENDED), f"the command failed with {status}"
    return status


def _run(write: int, act: Callable[[], object], below: str) -> None:
    left = write

    def changes(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event == "open":
            flags = arguments[2]
            if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
        elif event not in WRITES:
            return
        name = arguments[0]
        if not isinstance(name, (str, bytes, os.PathLike)):
            return
        path = os.fsdecode(name)
        # shutil.rmtree names files from their folder alone
        if Path(path).is_absolute() and not path.startswith(below):
            return
        left -= 1
        if left == 0:
            os._exit(ENDED)

    status = FAILED
    try:
        sys.addaudithook(changes)
        act()
        status = DONE
    except ModelpressError:
        status = REFUSED
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
