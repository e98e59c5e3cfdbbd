"""Runs the command of the program that makes the pages.

sphinx-build docs OUT     OUT stands for a folder of its own, which becomes the site
zensical build            writes into `site_dir` itself, where the pages are then pressed
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project

LAST_LINES = 12
_OUT = re.compile(r"(?<![A-Za-z0-9_])OUT(?![A-Za-z0-9_])")
_SHORT = {"zensical": "zensical build"}  # a builder's name alone → its command


def names_out(command: str) -> bool:
    """Returns whether a command names the folder OUT."""
    return _OUT.search(command) is not None


def run_builder(project: Project, command: str, out: Path) -> None:
    """Runs a builder in the project's folder. out: the folder that OUT stands for.

    Raises ModelpressError with its last lines if it fails.
    """
    words = _words(command, out)
    try:
        done = subprocess.run(
            words,
            cwd=project.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError as error:
        raise ModelpressError(
            f"The builder `{words[0]}` can't be run.",
            where=str(project.root),
            found=error.strerror or str(error),
            expected="a program that is installed",
            next_step="Install it, or correct the command of --with or of `with` in "
            "modelpress.yml.",
        ) from error
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        raise ModelpressError(
            f"The builder failed with exit code {done.returncode}; the site was left as it was.",
            where=command,
            found="\n".join(lines[-LAST_LINES:]) or "no output",
            next_step="Correct what it names, and run the command again.",
        )


def _words(command: str, out: Path) -> list[str]:
    try:
        words = shlex.split(_SHORT.get(command.strip(), command))
    except ValueError as error:  # a quote that is never closed
        raise ModelpressError(
            f"The builder's command can't be read: {error}.",
            found=command,
            expected="a command such as: sphinx-build docs OUT",
            next_step="Correct its quotes.",
        ) from error
    if not words:
        raise ModelpressError(
            "The builder's command is empty.",
            expected="a command such as: sphinx-build docs OUT",
            next_step="Give it with --with, or as `with` in modelpress.yml.",
        )
    return [_OUT.sub(lambda _: os.fspath(out), word) for word in words]
