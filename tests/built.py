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
    folder = _shared(factory) / name
    with FileLock(f"{folder}.lock"):
        if not (folder / "site").is_dir():
            write(folder)
            _build(folder, *options, environment=environment)
    return folder


def brought_up_to_date(factory: pytest.TempPathFactory, root: Path, *options: str) -> Path:
    """The `site/` of the project in `root`, which `modelpress build` was asked for in this run."""
    done = _shared(factory) / "up-to-date"
    with FileLock(f"{done}.lock"):
        if not done.exists():
            _build(root, *options)
            done.touch()
    return root / "site"


def _shared(factory: pytest.TempPathFactory) -> Path:
    """A folder of this run: each process of pytest-xdist has one of its own beside the others'."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sites"
    folder.mkdir(exist_ok=True)
    return folder


def _build(folder: Path, *options: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "modelpress", "build", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"modelpress build failed:\n{done.stdout}\n{done.stderr}"
