"""Tests that observe what their own process reads.

The kernel goes on watching a process that has asked for it once, and all that it starts; a process
can have one watcher alone. So the process that runs the tests never asks: a test in a process of
its own does.
"""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

from modelpress.caching.observing import kernel

_is_supported = kernel.is_supported


def never_here() -> None:
    """Lets Python's own events tell this process what it reads."""
    vars(kernel)["is_supported"] = lambda: False


def in_a_process(test: Callable[..., None]) -> Callable[..., None]:
    """Runs a test in a process of its own: the kernel would go on watching this one, and all that
    it starts."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        child = os.fork()
        if child == 0:
            status = 1
            vars(kernel)["is_supported"] = _is_supported
            try:
                test(*arguments, **named)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert status == 0, "its error is on standard error"

    return run
