"""CPU seconds of each test file, told at the end of a run, and a budget for each.

What counts is the CPU time of a test's whole process tree, browsers and workers included, so that a
busy machine changes little. It is scaled by the CPU time of a fixed loop that runs between the
tests, which a slower machine takes longer for. What is built for all files (tests/built.py) belongs
to none of them, and has lines of its own.

`pytest --write-budget` writes tests/budget.txt from what this run took.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cpu import cpu_s, shared_s

TABLE = Path(__file__).with_name("budget.txt")
HEAD = """\
# CPU seconds that a test file may take in a run of `make test` (fast) or `make test-slow` (slow);
# written by `pytest --write-budget`, with twice what it took and five seconds. A file
# without a line has the default. `loop`: the fixed loop of tests/budget.py, in microseconds.
"""
DEFAULT_S = 10.0  # a new file needs a line when it takes more
SHOWN = 20
EVERY = 10  # tests between two measurements of the machine


def loop_s() -> float:
    """CPU seconds of a fixed loop."""
    started = time.thread_time()
    sum(number * number % 7 for number in range(20_000))
    return time.thread_time() - started


class Budget:
    """The plugin: measures in the processes that run tests, adds up in the one that reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        asked = config.getoption("markexpr") or ""
        # What a run of chosen tests takes is told, and has no budget.
        self._run = "fast" if asked.startswith("not slow") else "slow" if "slow" in asked else ""
        self._started = 0.0
        self._count = 0
        self._shared: dict[str, float] = {}
        self.files: dict[str, float] = defaultdict(float)
        self.tests: dict[str, float] = {}
        self.built: dict[str, float] = defaultdict(float)
        self.loops: list[float] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        self._started = cpu_s()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        report = yield
        if call.when == "teardown":
            built = {
                name: seconds
                for name, seconds in shared_s.items()
                if seconds != self._shared.get(name)
            }
            self._shared |= built
            took = cpu_s() - self._started - sum(built.values())
            loop = loop_s() if self._count % EVERY == 0 else None
            self._count += 1
            report.user_properties = [*report.user_properties, ("cpu", (took, built, loop))]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "teardown":
            return
        for kind, value in report.user_properties:
            if kind == "cpu":
                measured: Any = value
                took, built, loop = measured
                name = report.nodeid.removeprefix("tests/")
                self.tests[name] = took
                self.files[name.split("::")[0]] += took
                for site, seconds in built.items():
                    self.built[f"built: {site}"] += seconds
                if loop is not None:
                    self.loops.append(loop)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        taken = {**self.files, **self.built}
        if not taken:
            return
        write = terminalreporter.write_line
        terminalreporter.section(f"CPU seconds, {sum(taken.values()):.0f} in all")
        for most in (taken, self.tests):
            for name, seconds in sorted(most.items(), key=lambda each: -each[1])[:SHOWN]:
                if seconds < 0.1:
                    break
                write(f"{seconds:7.1f}  {name}")
            write("")
        write(f"The machine takes {self._factor():.2f} times as long as that of the table.")
        for line in self.over():
            write(line, red=True)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if "PYTEST_XDIST_WORKER" in os.environ:
            return
        if self._config.getoption("--write-budget"):
            self._write()
        elif exitstatus == pytest.ExitCode.OK and self.over():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def over(self) -> list[str]:
        """A sentence for each file that has taken more than its budget on this machine."""
        _, budgets = read_table()
        if not self._run or not any(line.startswith(self._run) for line in budgets):
            return []  # a run of chosen tests, or one that was never measured
        factor = max(1.0, self._factor())
        return [
            f"{name} took {seconds:.1f} s of CPU; its budget is {allowed:.1f} s here. Make it "
            "faster, or write a new tests/budget.txt with --write-budget."
            for name, seconds in sorted({**self.files, **self.built}.items())
            if seconds > (allowed := budgets.get(f"{self._run} {name}", DEFAULT_S) * factor)
        ]

    def _factor(self) -> float:
        """How much longer the fixed loop takes here than where the table was written."""
        loop, _ = read_table()
        return self._loop() / loop if loop else 1.0

    def _loop(self) -> float:
        return sorted(self.loops)[len(self.loops) // 2] if self.loops else 0.0

    def _write(self) -> None:
        loop, budgets = read_table()
        scale = loop / self._loop() if loop else 1.0
        for name, seconds in {**self.files, **self.built}.items():
            needed = 2 * scale * seconds + 5
            budgets.pop(f"{self._run} {name}", None)
            if needed > DEFAULT_S:
                budgets[f"{self._run} {name}"] = math.ceil(needed)
        write_table(loop or self._loop(), budgets)


def read_table() -> tuple[float, dict[str, float]]:
    """Seconds of the loop, and run and file → CPU seconds. (0, {}) where there is no table."""
    if not TABLE.exists():
        return 0.0, {}
    lines = [line.split(maxsplit=1) for line in TABLE.read_text().splitlines() if line[:1] != "#"]
    found = {name: float(value) for value, name in lines}
    return found.pop("loop") / 1e6, found


def write_table(loop: float, budgets: dict[str, float]) -> None:
    lines = [f"{loop * 1e6:6.0f}  loop"]
    lines += [f"{seconds:6.0f}  {name}" for name, seconds in sorted(budgets.items())]
    TABLE.write_text(HEAD + "\n".join(lines) + "\n")


def longest_first(items: list[pytest.Item]) -> None:
    """Orders tests, those of the longest files first, so that none is left for the end.

    pytest-xdist gives each of two processes one half of the list: every second file is in either.
    """
    budgets: dict[str, float] = defaultdict(float)
    for line, seconds in read_table()[1].items():
        name = line.split(maxsplit=1)[1]
        budgets[name] = max(budgets[name], seconds)
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.nodeid.split("::")[0].removeprefix("tests/")].append(item)
    order = sorted(files, key=lambda name: -budgets[name])
    items[:] = [item for name in (*order[::2], *order[1::2]) for item in files[name]]


def register(config: pytest.Config) -> None:
    """Where the system tells of processes."""
    if sys.platform == "linux":
        config.pluginmanager.register(Budget(config), "budget")
