"""A process that imports common modules once and forks for each model.

The build starts it by `python -m modelpress.processes.worker REQUESTS ALIVE MODULES…`. The command
is a worker's, since libraries look for files by its name.

Importing TensorFlow takes seconds and starts no thread before the first operation, so a fork after
the import is equivalent to a new process. Each model still has its own process, session and
standard streams, and its changes don't affect other models.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

from modelpress.processes.isolation import signal_at_end

FDS = 5  # sent with a request: standard input, output and error, `alive` and `report`


def serve(
    requests_fd: int, alive: int, modules: Sequence[str], work: Callable[[int], None]
) -> None:
    """Forks for each request until the build exits.

    modules: to import before forking. work: run by a fork; its argument is `alive`. requests_fd:
    descriptor of a socket. A request is a byte with five descriptors; `report` receives the process
    ID and later the exit status. alive: the reading end of a pipe that the build holds open.
    """
    requests = socket.socket(fileno=requests_fd)
    signal_at_end(alive)
    _import_all(modules)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    gc.collect()
    gc.freeze()  # collecting would copy every page that the processes share
    reports: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([requests.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _reap(reports)
        if requests.fileno() in ready:
            message, fds, _, _ = socket.recv_fds(requests, 1, FDS)
            if not message:
                return
            process = os.fork()
            if process == 0:
                for fd in (requests.detach(), alive, woken, wake, *reports.values()):
                    os.close(fd)
                _work(fds, work)
            for fd in fds[:4]:
                os.close(fd)
            reports[process] = fds[4]
            _tell(fds[4], process)


def _import_all(modules: Sequence[str]) -> None:
    """Imports the modules. If one fails, the process that needs it reports the error."""
    with contextlib.suppress(Exception):
        for name in modules:
            importlib.import_module(name)
        from modelpress.caching import keys

        # Source files are parsed once for all models; later changes of a file are detected.
        keys.module_sources(*modules)


def _work(fds: list[int], work: Callable[[int], None]) -> NoReturn:
    """Becomes a worker: equivalent to a new process, with the modules already imported."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        stdin, stdout, stderr, alive, report = fds
        for number, fd in enumerate((stdin, stdout, stderr)):
            os.dup2(fd, number)
            os.close(fd)
        os.close(report)
        import numpy as np

        np.random.seed(None)
        work(alive)
        status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _reap(reports: dict[int, int]) -> None:
    """Reports exited processes to the build."""
    for process in list(reports):
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            report = reports.pop(process)
            _tell(report, os.waitstatus_to_exitcode(status))
            os.close(report)


def _tell(report: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # the build no longer reads it
        os.write(report, b"%d\n" % number)
