"""What every install has is free of the packages that only this site's own data sets need."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import modelpress

ROOT = Path(modelpress.__file__).parent
FOREIGN = {"matplotlib", "scipy", "skimage", "sklearn"}
# Folders of this site's own, and those in which some modules are: what the others import counts.
OWN = {"models", "failures", "data", "explain"}


def imported(path: Path) -> Iterator[str]:
    """Dotted names of all import statements of a file, within functions too."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def file_of(name: str) -> Path | None:
    place = ROOT.parent.joinpath(*name.split("."))
    found = (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
    return next(found, None)


def reached(start: list[Path]) -> dict[Path, list[str]]:
    """Every module that these import in the end, with the names that it imports itself."""
    names: dict[Path, list[str]] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path not in names:
            names[path] = list(imported(path))
            waiting += [file for name in names[path] if (file := file_of(name))]
    return names


def product() -> list[Path]:
    files = (path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in OWN)
    return [*files, ROOT / "data" / "__init__.py", ROOT / "explain" / "__init__.py"]


def test_no_module_of_the_product_needs_a_package_of_the_data_sets() -> None:
    found = reached(product())
    assert ROOT / "data" / "sources.py" in found
    needing = {
        path.relative_to(ROOT).as_posix(): sorted(foreign)
        for path, names in found.items()
        if (foreign := FOREIGN & {name.split(".")[0] for name in names})
    }
    assert needing == {}


@pytest.mark.parametrize("folder", ["models", "failures"])
def test_no_module_of_the_product_imports_a_model(folder: str) -> None:
    own = ROOT / folder
    assert not [path for path in reached(product()) if path.is_relative_to(own)]


def test_the_data_sets_need_them() -> None:
    """The search finds what there is to find."""
    found = reached([ROOT / "models" / "digits.py"])
    assert {"sklearn", "skimage", "scipy"} <= {
        name.split(".")[0] for names in found.values() for name in names
    }
