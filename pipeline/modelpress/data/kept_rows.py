"""A cache of built-in examples that take long to generate, shared by the models.

    <folder>/<module>-<function>-<key>.npz    part.x and part.y for each part, the files read while
                                              generating them, and the sha256 of all

The key is a hash of the function's sources, so examples of an earlier version are not found.
Examples whose files have changed are generated again. A file lock keeps models that are built in
parallel from generating the same examples twice.
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
READS = "reads"  # the files read while generating the examples, and their state then
KEPT = 2  # files per module; going back to an earlier setting is then free


class CachedExamples:
    """Examples cached in the project's folder for them.

    reading: the current observation of files, if any: files that the examples were generated from
    count there, too. known: the reads of importing the author's file, if no observation has them.
    """

    def __init__(
        self, project: Project, reading: ReadFiles | None = None, known: Reads | None = None
    ) -> None:
        self._project, self._reading, self._known = project, reading, known
        self._folder = project.rows_dir

    def get(
        self, make: Callable[[], Parts], packages: Sequence[str], tell: Callable[[str], None]
    ) -> Parts:
        """Returns `make()`, from the cache or from a call."""
        with self._reading.paused() if self._reading else nullcontext():
            parts, reads = self._kept(make, packages, tell)
        if self._reading:
            self._reading.include(reads)
        return parts

    def _kept(
        self, make: Callable[[], Parts], packages: Sequence[str], tell: Callable[[str], None]
    ) -> tuple[Parts, Reads]:
        """Returns the examples and the reads that they depend on."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{make.__module__.rpartition('.')[2]}-{make.__name__.strip('_')}"
        path = self._folder / f"{name}-{self._key(make, packages)}.npz"
        lock = FileLock(self._folder / f"{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell("waiting for another model to generate the built-in examples")
            lock.acquire()
        try:
            found = self._read(path)
            if found is None:
                _discard(path)
                tell("generating the built-in examples, once for all models")
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
        """Returns `make()` and its reads."""
        apart = self._reading.apart() if self._reading else nullcontext(ReadFiles(self._project))
        with apart as reading:
            if self._known:
                reading.include(self._known)
            return make(), reading.stop()

    def _read(self, path: Path) -> tuple[Parts, Reads] | None:
        """Returns the examples and their reads; None if the file is missing or unusable.

        A file is unusable if it is damaged, or if files that it depends on have changed.
        """
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
        except Exception:  # zipfile and NumPy raise various errors for damaged files
            return None
        return (parts, note["reads"]) if state == note["state"] else None

    def _write(self, path: Path, parts: Parts, reads: Reads) -> None:
        """Writes the file atomically."""
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
        for left in self._folder.glob(f".{name}-*.part"):  # from an interrupted write
            left.unlink()
        # Times only select old files for removal; they never decide freshness.
        files = sorted(self._folder.glob(f"{name}-*.npz"), key=lambda path: path.stat().st_mtime_ns)
        for path in files[:-KEPT]:
            if path != newest:
                path.unlink()


def _checksum(name: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    """Returns the SHA-256 over a file's name, which contains its key, and all examples."""
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
