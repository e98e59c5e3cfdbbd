"""Tests that observe what their own process reads.

The kernel goes on watching a process that has asked for it once, and all that it starts; a process
can have one watcher alone. tests/conftest.py refuses to let it watch the process of the tests.
"""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any


def in_a_process(test: Callable[..., None]) -> Callable[..., None]:
    """Runs a test in a process of its own: the kernel would go on watching this one, and all that
    it starts."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        child = os.fork()
        if child == 0:
            status = 1
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
