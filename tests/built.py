"""Small sites that the tests visit, built by the command once in a run, for all its processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def built_once(
    factory: pytest.TempPathFactory,
    name: str,
    write: Callable[[Path], object],
    *options: str,
    environment: dict[str, str] | None = None,
) -> Path:
    """A folder with the sources that `write` puts there and their built `site/`.

    options: of `modelpress build`. environment: its own; None: that of the tests.
    """
    base = factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own beside the others'.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "sites" / name
    folder.parent.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / "site").is_dir():
            write(folder)
            done = subprocess.run(
                [sys.executable, "-m", "pipeline", "build", *options],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
    return folder
