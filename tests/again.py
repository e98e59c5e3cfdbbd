"""Tests that failed once and passed when they ran again (`--reruns`, pytest-rerunfailures).

A browser on a busy machine now and then loses a race that no reader loses. Such a test is told with
the text of its failure, and a run with more than `MOST` of them fails.
"""

from __future__ import annotations

from typing import Any

import pytest

MOST = 3


class Again:
    """The plugin of the process that reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @property
    def _failures(self) -> list[pytest.TestReport]:
        reporter: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        return list(reporter.stats.get("rerun", ())) if reporter else []

    @property
    def _count(self) -> int:
        return len({report.nodeid for report in self._failures})

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for report in self._failures:
            terminalreporter.section(f"failed, and ran again: {report.nodeid}")
            terminalreporter.write_line(report.longreprtext)
        if self._count > MOST:
            terminalreporter.write_line(f"{self._count} tests ran again; at most {MOST} may.")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and self._count > MOST:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
