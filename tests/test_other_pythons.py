"""The wheel, installed into an empty environment of another Python that is on this machine, builds
and proves another author's small site."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiny import tiny_project
from tests.wheel import built_wheel


def python(version: str) -> str | None:
    """A Python of this version that starts: on the PATH, or one that pyenv has."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(root.glob(f"versions/{version}.*/bin/python{version}"))
    for candidate in (f"python{version}", *map(str, installed)):
        path = shutil.which(candidate)
        if path and subprocess.run([path, "-c", "import venv"], check=False).returncode == 0:
            return path
    return None


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("version", ["3.12", pytest.param("3.10", marks=pytest.mark.long)])
def test_a_small_site_is_built_and_proven(project_root: Path, tmp_path: Path, version: str) -> None:
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        pytest.skip("the other tests run on this version")
    path = python(version)
    if path is None:
        pytest.skip(f"no Python {version} is on this machine")
    environment = tmp_path / "environment"
    subprocess.run([path, "-m", "venv", "--without-pip", environment], check=True)
    wheel, _ = built_wheel(project_root, tmp_path)
    install = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        str(environment),
    ]
    # What the wheel itself asks for, in the versions of the lock file: nothing of this site's own.
    lock = project_root / "requirements.lock"
    subprocess.run([*install, "--constraints", str(lock), str(wheel)], check=True)
    names = "matplotlib", "skimage", "sklearn", "datasets", "explainers"
    check = f"from importlib.util import find_spec; print([n for n in {names} if find_spec(n)])"
    found = subprocess.run(
        [environment / "bin" / "python", "-c", check], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
    project = tiny_project(tmp_path / "site")
    done = subprocess.run(
        [environment / "bin" / "modelpress", "build"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(environment)  # 3 GB
    assert done.returncode == 0, done.stderr
    parity = json.loads((project.site_dir / "models/manifest.json").read_text())["models"]["line"][
        "parity"
    ]
    assert parity["proven"], parity
