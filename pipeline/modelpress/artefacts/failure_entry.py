"""Failure card: one finished failure case, as its entry in the manifest."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelpress.caching.hashes import digest, sha256
from modelpress.schema.document import plain, read
from modelpress.schema.failure import CourseName, FailureEntry, FailureParity
from modelpress.schema.live import LiveRun
from modelpress.schema.model import FileEntry, LiveEntry, TrainedEntry

if TYPE_CHECKING:
    from modelpress.artefacts.product import FailureCase
    from modelpress.core.project import Project

COURSES: tuple[CourseName, ...] = ("wrong", "repaired")


@dataclass(frozen=True)
class FailureCard:
    """A failure case's entry, not yet proven, and its published files by name."""

    slug: str
    entry: FailureEntry
    files: dict[str, Path]
    verified_by = "modelpress.proof.verify_failures.verify_failures"  # dotted name of the proof

    def copy_files(self, public: Path) -> None:
        """Copies the files to their places in the public folder."""
        for name, path in self.files.items():
            target = public / self.entry.base / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def failure_card(failure_case: FailureCase, project: Project) -> FailureCard:
    """Returns the card of a finished failure case, from its cached files alone."""
    made = failure_case.made
    result = made.read_json("exhibit.json")
    names = [f"{course}/{name}" for course in COURSES for name in ("live.bin", "live.json")]
    files = {name: made.path(name) for name in names} | {"source.py": failure_case.source}
    checksums = {name: made.files[name] for name in names}
    checksums["source.py"] = sha256(failure_case.source)
    version = digest(checksums)[:12]
    base = f"failures/{failure_case.slug}/{version}/"
    live = read(LiveRun, made.read_json("wrong/live.json"), "wrong/live.json")
    entry = {
        **result,
        "version": version,
        "base": base,
        "files": {
            name: FileEntry(
                url=base + name, size_bytes=files[name].stat().st_size, sha256=checksums[name]
            )
            for name in sorted(files)
        },
        "tolerance": live.tolerance,
        "tolerance_reason": live.tolerance_reason,
        "parity": FailureParity.none("No browser replayed it."),
        "cache_keys": {"exhibit": made.key},
        "source": project.published_name(failure_case.source),
    }
    typed = read(FailureEntry, plain(entry), failure_case.slug)
    return FailureCard(failure_case.slug, typed, {name: files[name] for name in sorted(files)})


def trained_entry(entry: FailureEntry, course: CourseName) -> TrainedEntry:
    """Returns one training of a failure case in the form that `modelpress.trainer` reads."""
    live = LiveEntry(url=f"{course}/live.json", bin=f"{course}/live.bin")
    files = {name: entry.files[name] for name in (live.url, live.bin)}
    return TrainedEntry(title=entry.title, files=files, live=live)
