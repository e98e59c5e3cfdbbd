"""Decides which files affect a project's models, and what represents each in a key."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import digest, sha256
from modelpress.caching.keys import PACKAGE
from modelpress.core.commands import WORKER

# How much of a file is read, least first. `there`: its existence. `listing`: a folder's names.
# `tree`: all files below a folder. `data`: those of them that are not code.
KINDS = ("there", "content", "listing", "data", "tree")

STRICT = "strict"  # a change during the build is an error
LENIENT = "lenient"  # other programs may write it at any time: its last state counts

MISSING = "missing"
CODE = (".py", ".pyc", ".pyi", ".so", ".ipynb")

_SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/run", "/sbin",
           "/sys", "/usr")  # fmt: skip
_LOCAL = ("/usr/local", "/usr/src")  # below /usr, but not part of the system
_PACKAGES = ("/site-packages/", "/dist-packages/")
_UNREAD = (".git", "__pycache__")


@dataclass(frozen=True)
class Scope:
    """The folders of a project that decide which files affect its models. All paths are absolute.

    root: the project's folder. made: files and folders that builds write. models: the author's
    folders of models and failures. python: the folders of Python and its packages. temporary: the
    folder of temporary files.
    """

    root: str
    made: tuple[str, ...]
    models: tuple[str, ...]
    python: tuple[str, ...] = field(default_factory=lambda: _python())
    temporary: str = field(default_factory=tempfile.gettempdir)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Scope:
        lists = {name: tuple(fields[name]) for name in ("made", "models", "python")}
        return cls(**{**fields, **lists})

    def rule(self, path: str, kind: str) -> str:
        """Returns `STRICT`, `LENIENT`, or '' for a file that is ignored.

        The project's root is checked first: a project may be in `/usr/src/app` or a hidden folder.
        Version numbers represent Python, its packages and the operating system.
        """
        if any(is_below(path, place) for place in self.made):
            return ""
        if any(name in path for name in _PACKAGES):
            return ""
        if is_below(path, self.root):
            return self._rule_in_project(path)
        if any(is_below(path, place) for place in (*self.python, str(PACKAGE))):
            return ""
        if _is_system(path) or is_below(self.root, path) or path == str(PACKAGE.parent):
            return ""
        private = "/." in path or is_below(path, self.temporary)  # programs' own files
        if kind == "content":
            return LENIENT if private else STRICT
        return "" if private else LENIENT

    def _rule_in_project(self, path: str) -> str:
        within = path[len(self.root) :].split("/")
        if any(name in within for name in _UNREAD):
            return ""
        if WORKER in "".join(within[1:2]):
            # TensorFlow takes the worker's command for a script in the current folder, and looks
            # for its own files beside it, once per process.
            return ""
        if any(is_below(path, place) for place in self.python if is_within(place, self.root)):
            return ""
        if is_below(path, str(PACKAGE)) and path.endswith(CODE):
            # The steps' keys already include this package's modules.
            return STRICT if any(is_below(path, place) for place in self.models) else ""
        return STRICT

    def state(self, path: str, kind: str) -> str:
        """Returns the file's present state, for comparison and for a key."""
        try:
            if kind == "there":
                return _exists(path)
            if os.path.isdir(path):
                if kind in ("tree", "data"):
                    return digest(dict(self._tree(path, kind)))
                return "\n".join(self._listing(path)) if kind == "listing" else "folder"
            if os.path.isfile(path):
                return sha256(Path(path))
            return _exists(path)
        except OSError as error:
            return f"unreadable: {error.strerror}"

    def _listing(self, folder: str) -> list[str]:
        with os.scandir(folder) as entries:
            return sorted(
                entry.name + ("/" if entry.is_dir() else "")
                for entry in entries
                if entry.name not in _UNREAD and entry.path not in self.made
            )

    def _tree(self, folder: str, kind: str) -> Iterator[tuple[str, str]]:
        for place, folders, names in os.walk(folder, followlinks=True):
            folders[:] = [
                name
                for name in folders
                if name not in _UNREAD and os.path.join(place, name) not in self.made
            ]
            for name in names:
                path = os.path.join(place, name)
                if kind == "data" and name.endswith(CODE):
                    continue
                if path not in self.made and os.path.isfile(path):
                    yield os.path.relpath(path, folder), sha256(Path(path))


def is_below(path: str, folder: str) -> bool:
    """Returns whether `path` is `folder` or lies within it."""
    return path == folder or is_within(path, folder)


def is_within(path: str, folder: str) -> bool:
    """Returns whether `path` lies within `folder` and is not `folder` itself."""
    return path.startswith(folder + "/" if folder != "/" else "/") and path != folder


def absolute(path: str, folder: str) -> str:
    """Returns `path` as an absolute path, relative to `folder`, without `.` and `..`."""
    joined = os.path.join(folder, path)
    plain = os.path.normpath(joined)
    if ".." in joined and os.path.realpath(plain) != os.path.realpath(joined):
        return os.path.realpath(joined)  # `..` after a symbolic link leads elsewhere
    return plain[1:] if plain.startswith("//") else plain


def _exists(path: str) -> str:
    return "folder" if os.path.isdir(path) else "file" if os.path.lexists(path) else MISSING


def _python() -> tuple[str, ...]:
    """Returns the folders of this Python and of its packages."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {sysconfig.get_paths()[name] for name in names}
    return tuple({sys.prefix, sys.base_prefix, *found} - {"/", "/usr", "/usr/local"})


def _is_system(path: str) -> bool:
    if any(is_within(path, place) for place in _LOCAL):
        return "bin/" in path or "/lib/" in path
    return any(is_below(path, place) for place in _SYSTEM)
