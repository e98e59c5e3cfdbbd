"""Built-in rows that take long to make: made once, kept as arrays, shared by the models.

    <folder>/<module>-<function>-<key>.npz    part.x and part.y for each part, what making them has
                                              read, and the sha256 of all

The key is of the function's sources, so rows of an earlier version are simply not found. Rows whose
files have changed since are made again. A file lock keeps models that are made side by side from
making the same rows twice.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from modelpress.caching.hashes import digest, versions
from modelpress.caching.keys import model_sources
from modelpress.caching.observing.file_access import ReadFiles, Reads, as_inputs
from modelpress.core.project import Project

if TYPE_CHECKING:
    from modelpress.data import Parts

CHECKSUM = "sha256"
READS = "reads"  # what making the rows has read, and its state then
KEPT = 2  # files of one module; going back to an earlier setting then costs nothing


class KeptRows:
    """Rows kept in the project's folder for them.

    reading: the observation of files that goes on meanwhile, where there is one: what the rows were
    made from counts there, too. known: what importing the author's file has read, where no
    observation knows it.
    """

    def __init__(
        self, project: Project, reading: ReadFiles | None = None, known: Reads | None = None
    ) -> None:
        self._project, self._reading, self._known = project, reading, known
        self._folder = project.rows_dir

    def get(
        self, make: Callable[[], Parts], packages: Sequence[str], tell: Callable[[str], None]
    ) -> Parts:
        """What `make` gives: from the folder, or made now and put there."""
        with self._reading.paused() if self._reading else nullcontext():
            parts, reads = self._kept(make, packages, tell)
        if self._reading:
            self._reading.include(reads)
        return parts

    def _kept(
        self, make: Callable[[], Parts], packages: Sequence[str], tell: Callable[[str], None]
    ) -> tuple[Parts, Reads]:
        """The rows, and what they were made from."""
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
            found = self._read(path)
            if found is None:
                _discard(path)
                tell("making the built-in rows, once for all models")
                found = self._made(make)
                self._write(path, *found)
                self._tidy(name, path)
        finally:
            lock.release()
        return found

    def _key(self, make: Callable[[], Parts], packages: Sequence[str]) -> str:
        return digest(
            {
                "function": make.__qualname__,
                "sources": model_sources(Path(inspect.getfile(make)), self._project.import_roots),
                "packages": versions("numpy", *packages),
            }
        )

    def _made(self, make: Callable[[], Parts]) -> tuple[Parts, Reads]:
        """What `make` gives, and what it has read."""
        apart = self._reading.apart() if self._reading else nullcontext(ReadFiles(self._project))
        with apart as reading:
            if self._known:
                reading.include(self._known)
            return make(), reading.stop()

    def _read(self, path: Path) -> tuple[Parts, Reads] | None:
        """None for a file that is missing or damaged, holds the rows of another key, or rows made
        from files that have changed."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            checksum = str(arrays.pop(CHECKSUM))
            if checksum != _checksum(path.name, arrays):
                return None
            note = json.loads(str(arrays.pop(READS)))
            names = dict.fromkeys(name.rpartition(".")[0] for name in arrays)
            parts = {name: (arrays[f"{name}.x"], arrays[f"{name}.y"]) for name in names}
            state = as_inputs(self._project, note["reads"])
        except Exception:  # zipfile and NumPy raise what they like for files they did not write
            return None
        return (parts, note["reads"]) if state == note["state"] else None

    def _write(self, path: Path, parts: Parts, reads: Reads) -> None:
        """Whole or not at all."""
        part = path.with_name(f".{path.stem}.part")
        arrays = {
            f"{name}.{axis}": np.asarray(v)
            for name, pair in parts.items()
            for axis, v in zip("xy", pair, strict=True)
        }
        note = {"reads": reads, "state": as_inputs(self._project, reads)}
        arrays[READS] = np.array(json.dumps(note, sort_keys=True))
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
