"""Notifies open pages of `modelpress serve` of a new site or an error.

Served pages get a script that polls the server; the built site doesn't contain it.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelpressError

PATH = "/__modelpress__/live"
SCRIPT_PATH = PATH + ".js"
WAIT_S = 25.0  # a poll without a change is answered after this time


class Live:
    """The current site version and the last error, for threads that wait for a change."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._version = self._revision = time.time_ns() // 1_000_000  # differs after a restart
        self._error: ModelpressError | None = None
        self._ended = False

    def built(self) -> None:
        """Records a new site and clears the error."""
        self._set(None, self._version + 1)

    def failed(self, error: ModelpressError) -> None:
        """Records an error, which pages show until the next successful build."""
        self._set(error, self._version)

    def end(self) -> None:
        """Ends all waits: nothing changes any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, version: int, revision: int, seconds: float = WAIT_S) -> dict[str, Any]:
        """Returns the state once it differs from the given one, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._ended or (version, revision) != (self._version, self._revision),
                seconds,
            )
            error = self._error.as_dict() if self._error else None
            return {"version": self._version, "revision": self._revision, "error": error}

    def tag(self) -> bytes:
        """Returns the script element of a page that is read after this call.

        A current error is shown at once, because a new page doesn't know it yet.
        """
        with self._changed:
            revision = 0 if self._error else self._revision
            return (
                f'<script src="{SCRIPT_PATH}" data-version="{self._version}" '
                f'data-revision="{revision}" defer></script>'
            ).encode()

    def _set(self, error: ModelpressError | None, version: int) -> None:
        with self._changed:
            self._error, self._version = error, version
            self._revision += 1
            self._changed.notify_all()


def with_tag(page: bytes, tag: bytes) -> bytes:
    """Returns an HTML page with `tag` at the end of its body."""
    end = page.lower().rfind(b"</body>")
    end = len(page) if end < 0 else end
    return page[:end] + tag + page[end:]


def script() -> bytes:
    """Returns the script of served pages."""
    return Path(__file__).with_name("live_reload.js").read_bytes()
