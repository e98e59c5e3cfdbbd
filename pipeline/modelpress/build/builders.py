"""Runs the command of the program that makes the pages.

sphinx-build docs OUT     OUT stands for a folder of its own, which becomes the site
zensical build            writes into `site_dir` itself, where the pages are then pressed

A name alone is that of an entry point of `modelpress.builders`: zensical, or another package's.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import cast

from modelpress.core.errors import ModelpressError, described, shown
from modelpress.core.extensions import extensions
from modelpress.core.project import Project

LAST_LINES = 12
_OUT = re.compile(r"(?<![A-Za-z0-9_])OUT(?![A-Za-z0-9_])")
# A command, or a function that makes the pages of a project's folder in another folder.
Builder = str | Callable[[Path, Path], None]
ZENSICAL: Builder = "zensical build"


def builder_named(name: str) -> Builder:
    """Returns the builder that an entry point of `modelpress.builders` names, else `name`, which is
    a command then. Raises ModelpressError for an entry point that names neither."""
    extension = extensions("modelpress.builders").get(name.strip())
    if extension is None:
        return name
    found = extension.load()
    if isinstance(found, str) or (callable(found) and not isinstance(found, type)):
        return cast("Builder", found)
    raise extension.fault(
        "it is no builder",
        found=shown(found),
        expected="a command, such as 'sphinx-build docs OUT', or a function of the project's "
        "folder and the folder for the pages",
    )


def names_out(builder: Builder) -> bool:
    """Returns whether a builder writes into the folder that it is given: OUT in a command."""
    return not isinstance(builder, str) or _OUT.search(builder) is not None


def run_builder(project: Project, builder: Builder, out: Path) -> None:
    """Runs a builder in the project's folder. out: the folder that OUT stands for.

    Raises ModelpressError with a command's last lines, or a function's exception, if it fails.
    """
    if not isinstance(builder, str):
        try:
            builder(project.root, out)
        except Exception as error:  # another package's code may raise anything
            raise ModelpressError(
                "The builder failed; the site was left as it was.",
                where=f"{builder.__module__}.{builder.__qualname__}",
                found=described(error),
                next_step="Correct what it names, and run the command again.",
            ) from error
        return
    command = builder
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
        words = shlex.split(command)
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
