"""CPU time of this process and all that it has started."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
# CPU seconds that this process has spent on what is built for all test files, by name.
shared_s: dict[str, float] = {}


@dataclass(frozen=True)
class _Process:
    """ticks: its own; waited_for: of its children that have ended and that it has waited for."""

    parent: int
    ticks: int
    waited_for: int


class _Clock:
    """Ticks of the tree of this process. Browsers don't wait for all of their processes, whose time
    Linux then forgets: it is added here as it was last seen."""

    def __init__(self) -> None:
        self._last: dict[int, _Process] = {}
        self._lost = 0

    def ticks(self) -> int:
        now = _tree()
        ended: dict[int, int] = defaultdict(int)
        for pid, process in self._last.items():
            if pid not in now:
                parent = process.parent
                while parent not in now and parent in self._last:
                    parent = self._last[parent].parent
                ended[parent] += process.ticks + process.waited_for
        for parent, ticks in ended.items():
            if parent in now and parent in self._last:
                ticks -= now[parent].waited_for - self._last[parent].waited_for
            self._lost += max(0, ticks)
        self._last = now
        return self._lost + sum(each.ticks + each.waited_for for each in now.values())


def _tree() -> dict[int, _Process]:
    """The processes, by number. Only Linux tells."""
    found: dict[int, _Process] = {}
    waiting = [(os.getpid(), 0)]
    while waiting:
        pid, parent = waiting.pop()
        process = Path(f"/proc/{pid}")
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
            tasks = [*(process / "task").iterdir()]
        except OSError:
            continue
        own, children = (sum(map(int, fields[start : start + 2])) for start in (11, 13))
        found[pid] = _Process(parent, own, children)
        for task in tasks:
            try:
                waiting += [(int(each), pid) for each in (task / "children").read_text().split()]
            except OSError:
                continue
    return found


_clock = _Clock()


def cpu_s() -> float:
    """CPU seconds so far."""
    return _clock.ticks() / TICKS


@contextmanager
def shared(name: str) -> Iterator[None]:
    """What is built in here counts for all test files, under this name."""
    started = cpu_s()
    yield
    shared_s[name] = shared_s.get(name, 0.0) + cpu_s() - started
