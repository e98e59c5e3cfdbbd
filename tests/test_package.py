"""The wheel that authors install carries every module and every browser source."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

# This site's own exhibits: other sites bring theirs.
ITS_OWN = {"models", "failures"}
SOURCES = ("src", "styles", "build")


def files_under(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_all_modules_and_browser_sources(
    project_root: Path, tmp_path: Path
) -> None:
    # From a copy: what setuptools leaves beside the sources is not to land in the repository.
    tree = tmp_path / "tree"
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
            *("--no-build-isolation", "--wheel-dir", str(tmp_path), str(tree)),
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    modules = {
        f"pipeline/{name}"
        for name in files_under(tree / "pipeline")
        if name.split("/")[0] not in ITS_OWN
    }
    sources = {
        f"pipeline/_site_assets/{folder}/{name}"
        for folder in SOURCES
        for name in files_under(tree / "site_assets" / folder)
    }
    assert modules
    assert sources
    assert sorted((modules | sources) - carried) == []
