"""Packages of others with extensions: written or installed into a folder, and found from there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from modelpress.caching import keys
from modelpress.core import extensions
from modelpress.site import fence_kinds

SOUND = Path(__file__).parent / "sites/sound"


def write_package(
    folder: Path, name: str, points: str, files: Mapping[str, str], version: str = "1.0"
) -> None:
    """Puts the files of an installed package into `folder`, with `points` as its entry points."""
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (metadata / "entry_points.txt").write_text(points)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


@contextmanager
def on_the_path(folder: Path) -> Iterator[None]:
    """Lets Python find the packages in `folder`, and forgets them afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    _forget()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]
        _forget()


def installed_sound(folder: Path) -> Path:
    """Installs the package of tests/sites/sound/package as pip does; returns the folder."""
    copy = shutil.copytree(SOUND / "package", folder / "source")
    return pip_installed(copy, folder / "installed")


def pip_installed(source: Path, target: Path) -> Path:
    """Installs the package in the folder `source` into `target`; returns that."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    further = ["--no-build-isolation", "--target", str(target), str(source)]
    subprocess.run([*command, *further], check=True)
    return target


def _forget() -> None:
    extensions.forget()
    keys.forget()
    keys._is_foreign.cache_clear()
    keys._foreign_sha256.cache_clear()
    keys._imports.cache_clear()
    fence_kinds._found.cache_clear()
