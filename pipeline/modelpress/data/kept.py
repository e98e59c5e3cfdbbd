"""Built-in rows that take long to make: made once, kept as arrays, shared by the models.

    <folder>/<module>-<function>-<key>.npz    part.x and part.y for each part, and the sha256 of all

The key is of what the rows are made from, so rows of an earlier version are simply not found. A
file lock keeps models that are made side by side from making the same rows twice.
"""

from __future__ import annotations

import hashlib
import inspect
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from modelpress.caching import keys
from modelpress.data.sources import Parts

CHECKSUM = "sha256"
KEPT = 2  # files of one module; going back to an earlier setting then costs nothing


class KeptRows:
    """Rows kept in `folder`. roots: where an author's own modules import from."""

    def __init__(self, folder: Path, roots: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._roots = tuple(roots)

    def get(
        self, make: Callable[[], Parts], packages: Sequence[str], tell: Callable[[str], None]
    ) -> Parts:
        """What `make` gives: from the folder, or made now and put there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{make.__module__.rpartition('.')[2]}-{make.__name__.strip('_')}"
        path = self._folder / f"{name}-{self._key(make, packages)}.npz"
        lock = FileLock(self._folder / f"{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell("waiting for another model to make the built-in rows")
            lock.acquire()
        try:
            parts = _read(path)
            if parts is None:
                _discard(path)
                tell("making the built-in rows, once for all models")
                parts = make()
                self._write(path, parts)
                self._tidy(name, path)
        finally:
            lock.release()
        return parts

    def _key(self, make: Callable[[], Parts], packages: Sequence[str]) -> str:
        return keys.digest(
            {
                "function": make.__qualname__,
                "sources": keys.model_sources(Path(inspect.getfile(make)), self._roots),
                "packages": {name: keys.package_version(name) for name in ("numpy", *packages)},
            }
        )

    def _write(self, path: Path, parts: Parts) -> None:
        """Whole or not at all."""
        part = path.with_name(f".{path.stem}.part")
        arrays = {
            f"{name}.{axis}": v
            for name, pair in parts.items()
            for axis, v in zip("xy", pair, strict=True)
        }
        with part.open("wb") as file:
            np.savez(file, **arrays, **{CHECKSUM: np.array(_checksum(path.name, arrays))})
        part.replace(path)

    def _tidy(self, name: str, newest: Path) -> None:
        for left in self._folder.glob(f".{name}-*.part"):  # of an interrupted writer
            left.unlink()
        # Time decides only which old rows make room, never which are fresh.
        files = sorted(self._folder.glob(f"{name}-*.npz"), key=lambda path: path.stat().st_mtime_ns)
        for path in files[:-KEPT]:
            if path != newest:
                path.unlink()


def _read(path: Path) -> Parts | None:
    """None for a file that is missing or damaged, or holds the rows of another key."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        checksum = str(arrays.pop(CHECKSUM))
        names = dict.fromkeys(name.rpartition(".")[0] for name in arrays)
        parts = {name: (arrays[f"{name}.x"], arrays[f"{name}.y"]) for name in names}
    except Exception:  # zipfile and NumPy raise what they like for files they did not write
        return None
    return parts if checksum == _checksum(path.name, arrays) else None


def _checksum(name: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    """SHA-256 over a file's name, which holds its key, and all rows."""
    total = hashlib.sha256(name.encode())
    for part in sorted(arrays):
        values = np.asarray(arrays[part])
        total.update(f"{part} {values.shape} {values.dtype}".encode())
        total.update(np.ascontiguousarray(values).data)
    return total.hexdigest()


def _discard(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
