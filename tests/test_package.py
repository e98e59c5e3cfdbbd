"""The wheel that authors install carries every module and every browser source."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.wheel import built_wheel

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
    wheel, tree = built_wheel(project_root, tmp_path)
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
