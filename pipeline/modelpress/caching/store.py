"""The cache: entries are found by content key, verified on use and written atomically.

    <state>/cache/<step>/<slug>/<key>/    the step's files and entry.json

A key is a hash of what the step reads; an entry with another key is not found.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import digest, sha256

ENTRY = "entry.json"
KEPT = 8  # entries per step and model: going back to an earlier setting is then free


@dataclass(frozen=True)
class Entry:
    """One cached result: the folder of its files and the sha256 of each, by relative path."""

    folder: Path
    key: str
    files: dict[str, str]

    def path(self, name: str) -> Path:
        return self.folder / name

    def read_json(self, name: str) -> Any:
        return json.loads(self.path(name).read_bytes())


class Cache:
    """The entries below a state folder. `note` receives a sentence for each damaged entry."""

    def __init__(self, state_dir: Path, note: Callable[[str], None]) -> None:
        self.root = state_dir / "cache"
        self.tmp = state_dir / "tmp"
        self._note = note

    def find(self, step: str, slug: str, inputs: dict[str, Any]) -> Entry | None:
        """Returns the entry of these `inputs`, or None. Removes and reports a damaged one."""
        key = digest(inputs)
        folder = self.root / step / slug / key
        if not folder.is_dir():
            return None
        damage, files = _inspect(folder)
        if not damage:
            return Entry(folder, key, files)
        self._note(f"The cached {step} of {slug} is damaged ({damage}); it will be rebuilt.")
        self.discard(folder)
        return None

    @contextmanager
    def making(self, step: str, slug: str) -> Iterator[Path]:
        """Yields an empty temporary folder for an entry; it is removed unless committed."""
        self.tmp.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{step}-{slug}-", dir=self.tmp))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def commit(
        self, step: str, slug: str, inputs: dict[str, Any], made: Path, kept: int = KEPT
    ) -> Entry:
        """Makes the files in `made` the entry of `inputs`, atomically. kept: entries that stay."""
        key = digest(inputs)
        files = {
            path.relative_to(made).as_posix(): sha256(path)
            for path in sorted(made.rglob("*"))
            if path.is_file()
        }
        (made / ENTRY).write_text(_entry_text(inputs, files), encoding="utf-8")
        folder = self.root / step / slug / key
        self._place(made, folder, kept)
        return Entry(folder, key, files)

    def adopt(self, step: str, slug: str, made: Path) -> str:
        """Makes an entry that another computer made one of this cache; returns its damage, or ''.

        made: its folder, named after its key; it is moved.
        """
        damage, _ = _inspect(made)
        if damage:
            return damage
        self._place(made, self.root / step / slug / made.name, KEPT)
        return ""

    def discard(self, folder: Path) -> None:
        """Removes an entry: one rename, then the deletion."""
        self.tmp.mkdir(parents=True, exist_ok=True)
        gone = Path(tempfile.mkdtemp(prefix="discarded-", dir=self.tmp))
        folder.rename(gone / "entry")
        shutil.rmtree(gone, ignore_errors=True)

    def _place(self, made: Path, folder: Path, kept: int) -> None:
        """Renames `made`, a complete entry, to `folder`. kept: entries that stay."""
        for place in folder.relative_to(self.root).parents:
            _clear(self.root / place)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            self.discard(folder)
        made.chmod(0o755)  # mkdtemp's folders are private
        made.rename(folder)
        self._evict(folder, kept)

    def _evict(self, newest: Path, kept: int) -> None:
        # Times only select old entries for removal; they never decide freshness.
        entries = sorted(newest.parent.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for folder in entries[:-kept]:
            if folder != newest:
                self.discard(folder)


def _inspect(folder: Path) -> tuple[str, dict[str, str]]:
    """Returns an entry's damage ('' for none), and its files' checksums."""
    try:
        text = (folder / ENTRY).read_text(encoding="utf-8")
        entry = json.loads(text)
        inputs, files = entry["inputs"], dict(entry["files"])
        if digest(inputs) != folder.name:
            return f"{ENTRY} belongs to another key", {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return f"{ENTRY} can't be read", {}
    if text != _entry_text(inputs, files):
        return f"{ENTRY} has changed", {}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(found - {ENTRY, *files}):
        return f"{name} does not belong to it", {}
    for name, checksum in files.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing", {}
        try:
            found_checksum = sha256(path)
        except OSError as error:
            return f"{name} can't be read: {error.strerror}", {}
        if found_checksum != checksum:
            return f"{name} has changed", {}
    return "", files


def _clear(place: Path) -> None:
    """Removes a file in the place of a cache folder."""
    if place.exists() and not place.is_dir():
        place.unlink()


def _entry_text(inputs: dict[str, Any], files: dict[str, str]) -> str:
    return json.dumps({"inputs": inputs, "files": files}, indent=1, sort_keys=True)
