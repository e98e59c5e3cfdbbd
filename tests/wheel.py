"""The wheel that authors install, built from the files of this checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def built_wheel(project_root: Path, folder: Path) -> tuple[Path, Path]:
    """Builds the wheel in `folder`; returns it, and the copy of the sources it was built from.

    From a copy, so that what setuptools leaves beside the sources does not land in the repository.
    """
    tree = folder / "tree"
    tracked = subprocess.run(
        [
            *("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
            *("pyproject.toml", "README.md", "LICENSE", "pipeline", "site_assets"),
        ],
        cwd=project_root,
        capture_output=True,
        check=True,
    )
    for name in tracked.stdout.decode().split("\0"):
        if name and (project_root / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((project_root / name).read_bytes())
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(tree)),
        ],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel, tree
