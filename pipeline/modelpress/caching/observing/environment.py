"""Notices which environment variables an author's code reads."""

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

ALL = "*"  # at the end of a name: all variables whose names begin so

# The build sets these for its own processes.
_OURS = {*ENVIRONMENT, "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
_BEGINNING = re.compile(r"[A-Z][A-Z0-9_]{2,}")  # a text that may be the beginning of such a name
_BETWEEN = {os.__file__, Mapping.get.__code__.co_filename}  # files of `os.getenv`, `environ.get`

_at_start: dict[str, str] | None = None  # in a process whose code is noticed


class NoticedEnvironment(os._Environ):  # type: ignore[type-arg]
    """`os.environ`, with a note of each name that is read. It shares the original's values."""

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
        self._is_copied = False  # as a whole, as for a child process
        self._order: list[str] = []  # in which a copy asks for the values
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
        """Starts a new note."""
        self.on, self._is_copied = True, False
        self._read, self._others = set(), set()

    def end(self) -> list[str]:
        """The names that count: those that the author's code reads; of those that libraries read,
        the ones that the author's code contains. Where it copies the whole, names that begin as a
        text in the code does."""
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
            message(f"variable/{name}")  # from a child process, too
        else:
            self._others.add(name)


def noticed_environment() -> NoticedEnvironment:
    """`os.environ` of this process, which notes what is read from now on."""
    global _at_start
    if not isinstance(os.environ, NoticedEnvironment):
        _at_start = _started_with()
        os.environ = NoticedEnvironment(os.environ)  # noqa: B003  # the same variables
    return os.environ


def variables(names: Iterable[str]) -> dict[str, str]:
    """Name → what represents the variable in a key: never its value, which may be a secret."""
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
    """The variables that this process got: libraries set others since."""
    try:
        content = Path("/proc/self/environ").read_bytes()
    except OSError:
        return dict(os.environ)
    pairs = (os.fsdecode(entry).partition("=") for entry in content.split(b"\0") if entry)
    return {name: value for name, _, value in pairs}


def _texts() -> set[str]:
    """The texts in the code of all modules of the author's that are imported here."""
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
