"""A no-change ``make site`` against plain ``mkdocs build`` on the same pages."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 7


def seconds(command: list[str], folder: Path) -> float:
    """Wall time of one command that must succeed."""
    begin = time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    return time.perf_counter() - begin


def no_change(project: Path) -> tuple[float, float]:
    """Median seconds of (a no-change ``make site``, plain ``mkdocs build``), taken in turns."""
    make = ["make", "site"]
    seconds(make, project)
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        mkdocs = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", scratch]
        for _ in range(ROUNDS):
            ours.append(seconds(make, project))
            theirs.append(seconds(mkdocs, project))
    return statistics.median(ours), statistics.median(theirs)
