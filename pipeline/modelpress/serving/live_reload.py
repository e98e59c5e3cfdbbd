"""What open pages hear from `modelpress serve`: that there is a newer site, or an error to show.

Pages that are served get one script, which asks again and again; nothing of it is in the site.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelpressError

PATH = "/__modelpress__/live"
SCRIPT_PATH = PATH + ".js"
WAIT_S = 25.0  # a question without news is answered after as long


class Live:
    """The newest site and the last error, for threads that wait for a change of either."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._version = self._revision = time.time_ns() // 1_000_000  # new after a restart, too
        self._error: ModelpressError | None = None
        self._ended = False

    def built(self) -> None:
        """There is a newer site, without an error."""
        self._set(None, self._version + 1)

    def failed(self, error: ModelpressError) -> None:
        """The site is as it was; pages show `error` until it is mended."""
        self._set(error, self._version)

    def end(self) -> None:
        """Nothing changes any more; every waiting request is answered."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, version: int, revision: int, seconds: float = WAIT_S) -> dict[str, Any]:
        """The state, as soon as it is another than the given one, at the latest after `seconds`."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._ended or (version, revision) != (self._version, self._revision),
                seconds,
            )
            error = self._error.as_dict() if self._error else None
            return {"version": self._version, "revision": self._revision, "error": error}

    def tag(self) -> bytes:
        """The script of a page that is read after this call. An error that there is now is shown
        at once: the page knows of none yet."""
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
    """An HTML page with `tag` at the end of its body."""
    end = page.lower().rfind(b"</body>")
    end = len(page) if end < 0 else end
    return page[:end] + tag + page[end:]


def script() -> bytes:
    """The script of served pages."""
    return Path(__file__).with_name("live_reload.js").read_bytes()
