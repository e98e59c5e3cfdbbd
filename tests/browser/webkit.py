"""WebKitGTK, Safari's family, driven by its own WebDriver: as much of it as a smoke needs.

Not by Selenium: that would bring a dozen packages for four requests.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

DRIVER = "WebKitWebDriver"
PACKAGE = "webkit2gtk-driver"
SCRIPT_MS = 120_000


def find_webkit() -> tuple[Path, Path] | None:
    """The driver and the browser it drives; None where either is missing."""
    driver = shutil.which(DRIVER)
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    return (Path(driver), browsers[-1]) if driver and browsers else None


class WebKit:
    """One tab. Every call raises AssertionError with the browser's own words where it fails."""

    def __init__(self, url: str, browser: Path) -> None:
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        made = _ask("POST", f"{url}/session", {"capabilities": wanted})
        self._url = f"{url}/session/{made['sessionId']}"
        limits = {"script": SCRIPT_MS, "pageLoad": SCRIPT_MS}
        _ask("POST", f"{self._url}/timeouts", limits)

    def goto(self, url: str) -> None:
        _ask("POST", f"{self._url}/url", {"url": url})

    def evaluate(self, function: str, *arguments: Any) -> Any:
        """What a function, which may be async, returns."""
        script = (
            "const done = arguments[arguments.length - 1];"
            f"Promise.resolve(({function})(...[...arguments].slice(0, -1)))"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        wanted = {"script": script, "args": list(arguments)}
        found = _ask("POST", f"{self._url}/execute/async", wanted)
        assert "error" not in found, found["error"]
        return found.get("value")

    def close(self) -> None:
        _ask("DELETE", self._url)


@contextmanager
def webkit(driver: Path, browser: Path, display: str) -> Iterator[WebKit]:
    """A tab of its own, on the screen `display`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(driver), f"--port={port}"],
        # Its sandbox needs rights that a container hasn't.
        env={**os.environ, "DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(process, port)
        tab = WebKit(f"http://127.0.0.1:{port}", browser)
        try:
            yield tab
        finally:
            tab.close()
    finally:
        process.terminate()
        process.wait()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the driver answers at `port`."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"{DRIVER} ended with {process.wait(timeout=0.1)}") from None


def _ask(method: str, url: str, content: Any = None) -> Any:
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=SCRIPT_MS / 1000 + 30) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{url}: {error.read().decode()}") from error
