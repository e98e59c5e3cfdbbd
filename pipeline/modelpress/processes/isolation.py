"""Keeps an author's file from outliving the build, or forking its worker process."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

from modelpress.caching.observing.module_loader import is_authors
from modelpress.core.errors import ModelpressError

_FORKS = ("os.fork", "os.forkpty")


def end_with_parent(alive: int) -> None:
    """Ends this process and its child processes when the build exits.

    alive: the reading end of a pipe that the build holds open and never writes to. Its closing
    wakes a thread; where the kernel can, it also sends a signal, since no thread runs while
    compiled code holds the interpreter.
    """
    signal_at_end(alive)
    threading.Thread(target=_wait_for_end, args=(alive,), daemon=True).start()


def signal_at_end(alive: int) -> None:
    """Lets the kernel kill this process and its group when the build exits, if supported."""
    if hasattr(fcntl, "F_SETSIG") and os.getpgrp() == os.getpid():
        fcntl.fcntl(alive, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(alive, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(alive, fcntl.F_SETFL, fcntl.fcntl(alive, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([alive], [], [], 0)[0]:  # the build exited before that
        os._exit(1)


def _wait_for_end(alive: int) -> None:
    os.read(alive, 1)
    if os.getpgrp() == os.getpid():  # our own group: processes that train seeds exit too
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def refuse_forks(events: IO[str]) -> None:
    """Makes `os.fork` in an author's file raise ModelpressError from now on: both processes would
    continue the build, in the same folders. Forks by libraries can't write to `events`."""

    def notice(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _FORKS or not _is_authors_call():
            return
        raise ModelpressError(
            f"The file calls {event}, and both processes would go on building.",
            expected="subprocess or multiprocessing, for parallel work",
            next_step="Remove the call. Models are already built in parallel (--jobs).",
        )

    def leave_events() -> None:
        os.dup2(nowhere, channel)

    channel, nowhere = events.fileno(), os.open(os.devnull, os.O_WRONLY)
    os.register_at_fork(after_in_child=leave_events)
    sys.addaudithook(notice)


def _is_authors_call() -> bool:
    """Returns whether an author's file called the function that triggered `notice`."""
    caller = sys._getframe(2)
    return is_authors(str(Path(caller.f_code.co_filename).parent))
