"""The wheel that authors install: every module, every browser source, and nothing of this site."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.wheel import built_wheel

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
    modules = {f"modelpress/{name}" for name in files_under(tree / "pipeline/modelpress")}
    sources = {
        f"modelpress/_site_assets/{folder}/{name}"
        for folder in SOURCES
        for name in files_under(tree / "site_assets" / folder)
    }
    assert modules
    assert sources
    assert sorted((modules | sources) - carried) == []
    places = {name.split("/")[0] for name in carried}
    assert {place for place in places if not place.endswith(".dist-info")} == {"modelpress"}
