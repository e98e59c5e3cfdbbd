"""Command lines that run a module of this package in another process."""

from __future__ import annotations

import sys

WORKER = "modelpress.processes.worker"  # trains and converts, in processes of its own

_RUN = "import runpy, sys; del sys.path[0]; runpy.run_module({!r}, run_name='__main__')"


def module_command(module: str, *arguments: int | str) -> list[str]:
    """Returns the command that runs `module` without the current folder on `sys.path`.

    A folder of the author's must not shadow this package.
    """
    if sys.version_info >= (3, 11):
        command = ["-P", "-m", module]
    else:
        command = ["-c", _RUN.format(module)]
    return [sys.executable, *command, *map(str, arguments)]
