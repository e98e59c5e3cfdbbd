"""Small sites that the tests visit, built once in a run, for all its processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from modelpress.build.build import Request, build
from modelpress.core.configuration import find_project
from modelpress.core.progress import Progress
from tests.cpu import shared

HERE = {"--no-browser", "--archive"}
BUILT_BY_MAKE = "TESTED_SITE_IS_BUILT"  # set by the Makefile, whose target builds the site first


def built_once(
    factory: pytest.TempPathFactory,
    name: str,
    write: Callable[[Path], object],
    *options: str,
    environment: dict[str, str] | None = None,
) -> Path:
    """A folder with the sources that `write` puts there and their built `site/`.

    options: of `modelpress build`. environment: of a command of its own that builds; None: this
    process builds, without a browser, which takes a third of the time.
    """
    folder = shared_folder(factory) / name
    with FileLock(f"{folder}.lock"):
        if not (folder / "site").is_dir():
            write(folder)
            with shared(name):
                if environment is None and "--no-browser" in options and set(options) <= HERE:
                    request = Request(use_browser=False, archive="--archive" in options)
                    build(find_project(folder / "mkdocs.yml"), request, Progress())
                else:
                    _build(folder, *options, environment=environment)
    return folder


def brought_up_to_date(factory: pytest.TempPathFactory, root: Path, *options: str) -> Path:
    """The `site/` of the project in `root`, which `modelpress build` was asked for in this run, or
    just before by `make`."""
    if os.environ.get(BUILT_BY_MAKE):
        return root / "site"
    done = shared_folder(factory) / "up-to-date"
    with FileLock(f"{done}.lock"):
        if not done.exists():
            with shared("site"):
                _build(root, *options)
            done.touch()
    return root / "site"


def shared_folder(factory: pytest.TempPathFactory) -> Path:
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
