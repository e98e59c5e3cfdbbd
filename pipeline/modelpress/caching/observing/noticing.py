"""Records the files that a process reads, with the state of each at its first read."""

from __future__ import annotations

import os

from modelpress.caching.observing.scope import KINDS, LENIENT, MISSING, Scope, is_below

_PATH_ONLY = getattr(os, "O_PATH", 0)


class Record:
    """The files read so far. Methods take absolute paths and run before the call they record.

    seen: path → kind and state. written: paths that the process created or changed before it read
    them, if it read them at all.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.seen: dict[str, tuple[str, str]] = {}
        self.written: set[str] = set()

    def open(self, path: str, flags: int) -> None:
        """Records that a file or folder is opened with these flags of `os.open`."""
        if flags & _PATH_ONLY:
            return
        writes = flags & os.O_ACCMODE
        if os.path.isdir(path):
            self._see(path, "listing")
        elif not os.path.lexists(path):
            self._see(path, "there")
            if flags & os.O_CREAT:
                self.make(path)
        elif flags & os.O_TRUNC or writes == os.O_WRONLY:
            self.make(path)
        else:
            self._see(_source(path), "content")

    def stat(self, path: str) -> None:
        """Records a query about a file, which may not exist."""
        self._see(path, "there")

    def make(self, path: str) -> None:
        """Records that a file or folder is written, created, removed or a rename's target."""
        known = self.seen.get(path)
        if known is None or known[0] == "there":
            self.written.add(path)

    def _see(self, path: str, kind: str) -> None:
        known = self.seen.get(path)
        if known and KINDS.index(known[0]) >= KINDS.index(kind):
            return
        if not self.scope.rule(path, kind):
            return
        state = self.scope.state(path, kind)
        if kind == "there" and state == "folder" and not is_below(path, self.scope.root):
            return  # a parent folder of a file elsewhere
        self.seen[path] = (kind, state)


def settled(
    scope: Scope, seen: dict[str, tuple[str, str]], written: set[str]
) -> tuple[dict[str, str], list[str]]:
    """Returns path → kind of all relevant reads, and the paths changed by others since.

    Files written by the process itself count in their present state; removed ones don't count.
    """
    kinds, changed = {}, []
    for path, (kind, before) in sorted(seen.items()):
        now = scope.state(path, kind)
        if path in written and now == MISSING:
            continue
        if before == MISSING and kind == "there" and now != MISSING:
            kind = "listing" if now == "folder" else "content"
        kinds[path] = kind
        own = path in written or scope.rule(path, kind) == LENIENT
        if now != before and not own and not _is_own_listing(path, kind, before, now, written):
            changed.append(path)
    return kinds, changed


def _is_own_listing(path: str, kind: str, before: str, now: str, written: set[str]) -> bool:
    """Returns whether a folder differs only by entries that the process itself created."""
    if kind != "listing":
        return False
    names = {name.rstrip("/") for name in {*before.split("\n")} ^ {*now.split("\n")} if name}
    return all(os.path.join(path, name) in written for name in names)


def _source(path: str) -> str:
    """Returns the source file of a compiled module if it exists: Python compares the two itself."""
    folder, name = os.path.split(path)
    if name.endswith(".pyc") and os.path.basename(folder) == "__pycache__":
        source = os.path.join(os.path.dirname(folder), name.split(".")[0] + ".py")
        return source if os.path.exists(source) else path
    return path
