"""Command lines that run this program, or one of its modules in another process."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

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


def typed_command() -> str:
    """Returns what a user types in a shell to run this program again: `modelpress` if the shell
    finds this installation by that name, else the path of this Python."""
    found = shutil.which("modelpress")
    if found and Path(found).absolute().parent == Path(sys.executable).absolute().parent:
        return "modelpress"
    return f"{shlex.quote(sys.executable)} -m modelpress"
