"""Runs a Chromium that one thread drives through Playwright and any thread can kill."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from modelpress.core.errors import ModelpressError
from modelpress.proof.browser import Browser, chromium_arguments

PAGE_TIMEOUT_S = 60

NewPage = Callable[[], Any]


class Stop:
    """Kills browsers from other threads than those that drive them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[int] = set()
        self._stopping = False

    def started(self, process: int) -> None:
        """Registers a browser; kills it at once if `now` was called meanwhile."""
        with self._lock:
            self._processes.add(process)
        if self._stopping:
            self.now()

    def ended(self, process: int) -> None:
        """Unregisters a closed browser: the system may reuse its process id."""
        with self._lock:
            self._processes.discard(process)

    def end(self, process: int) -> None:
        """Kills one browser: a busy page would block a regular close."""
        with self._lock:
            if process in self._processes:
                self._processes.discard(process)
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def now(self) -> None:
        """Kills all browsers, including those that start later."""
        self._stopping = True
        for process in tuple(self._processes):
            self.end(process)


@contextmanager
def running(browser: Browser, stop: Stop) -> Iterator[NewPage]:
    """Starts the browser and yields a function that opens a page with separate storage.

    Raises ModelpressError if the browser does not start or stops meanwhile.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=str(browser.path),
                args=chromium_arguments(),
                timeout=PAGE_TIMEOUT_S * 1000,
            )
        except Error as error:
            raise _browser_error(browser, "did not start", error) from error
        processes = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        process = next(each["id"] for each in processes["processInfo"] if each["type"] == "browser")
        stop.started(process)
        try:
            yield lambda: chromium.new_context().new_page()
        except Exception as error:
            stop.end(process)
            if isinstance(error, Error):
                raise _browser_error(browser, "stopped", error) from error
            raise
        chromium.close()
        stop.ended(process)


def _browser_error(browser: Browser, what: str, error: Exception) -> ModelpressError:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return ModelpressError(
        f"The browser {what}.",
        where=f"{browser.path} ({browser.version})",
        found="\n".join(lines[:4]),
        next_step="Try again; if it happens again, name another Chromium in MODELPRESS_CHROMIUM.",
    )
