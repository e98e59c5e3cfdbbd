"""Observes which environment variables an author's code reads."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import digest
from modelpress.caching.observing.module_loader import is_authors
from modelpress.caching.observing.supervision import message
from modelpress.core.determinism import ENVIRONMENT

ALL = "*"  # at the end of a name: all variables with that prefix

# The build sets these variables for its own processes.
_OURS = {*ENVIRONMENT, "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
_BEGINNING = re.compile(r"[A-Z][A-Z0-9_]{2,}")  # a string that may be the prefix of such a name
_BETWEEN = {os.__file__, Mapping.get.__code__.co_filename}  # files of `os.getenv`, `environ.get`

_at_start: dict[str, str] | None = None  # set in a process whose code is observed


class ObservedEnvironment(os._Environ):  # type: ignore[type-arg]
    """`os.environ` that records each name read from it. It shares the original's values."""

    def __init__(self, original: Any) -> None:
        super().__init__(
            original._data,
            original.encodekey,
            original.decodekey,
            original.encodevalue,
            original.decodevalue,
        )
        self.on = False
        self._read: set[str] = set()  # by an author's code
        self._others: set[str] = set()  # by libraries
        self._is_copied = False  # completely, as for a child process
        self._order: list[str] = []  # in which a copy reads the values
        self._asked = 0

    def __getitem__(self, name: Any) -> Any:
        if self._asked < len(self._order) and self._order[self._asked] == name:
            self._asked += 1
        else:
            self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(name)
        return super().__contains__(name)

    def __iter__(self) -> Iterator[Any]:
        self._is_copied = True
        self._order, self._asked = [], 0
        for name in super().__iter__():
            self._order.append(name)
            yield name

    def begin(self) -> None:
        """Starts a new record."""
        self.on, self._is_copied = True, False
        self._read, self._others = set(), set()

    def end(self) -> list[str]:
        """Returns the relevant names: those that the author's code reads, and those that libraries
        read and the author's code contains as strings.

        If the code copies the whole environment, names with a string of the code as prefix count.
        """
        self.on = False
        texts = _texts()
        names = self._read | {name for name in self._others if name in texts}
        if self._is_copied:
            names |= {text for text in texts if text in self._data_names()}
            names |= {text + ALL for text in texts if _BEGINNING.fullmatch(text)}
        return sorted(names)

    def _data_names(self) -> set[str]:
        return {os.fsdecode(name) for name in self._data}  # type: ignore[attr-defined]

    def _note(self, name: object) -> None:
        if not self.on or not isinstance(name, str) or name in _OURS:
            return
        frame = sys._getframe(2)
        while frame.f_back is not None and frame.f_code.co_filename in _BETWEEN:
            frame = frame.f_back
        if is_authors(str(Path(frame.f_code.co_filename).parent)):
            self._read.add(name)
            message(f"variable/{name}")  # also from a child process
        else:
            self._others.add(name)


def observed_environment() -> ObservedEnvironment:
    """Replaces `os.environ` of this process by one that records reads, and returns it."""
    global _at_start
    if not isinstance(os.environ, ObservedEnvironment):
        _at_start = _started_with()
        os.environ = ObservedEnvironment(os.environ)  # noqa: B003  # the same variables
    return os.environ


def variables(names: Iterable[str]) -> dict[str, str]:
    """Returns name → digest of the variable for a key, never its value, which may be a secret."""
    values = os.environ if _at_start is None else _at_start
    found = {}
    for name in names:
        if name.endswith(ALL):
            begins = [other for other in values if other.startswith(name.removesuffix(ALL))]
            content: Any = {other: values[other] for other in begins if other not in _OURS}
        else:
            content = values.get(name)
        found[name] = digest([name, content])
    return found


def _started_with() -> dict[str, str]:
    """Returns the variables at the start of this process: libraries set others later."""
    try:
        content = Path("/proc/self/environ").read_bytes()
    except OSError:
        return dict(os.environ)
    pairs = (os.fsdecode(entry).partition("=") for entry in content.split(b"\0") if entry)
    return {name: value for name, _, value in pairs}


def _texts() -> set[str]:
    """Returns the string constants in the author's modules imported by this process."""
    found: set[str] = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and is_authors(str(Path(file).parent)):
            try:
                tree = ast.parse(Path(file).read_bytes())
            except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
            found |= {text for text in constants if isinstance(text, str)}
    return found
