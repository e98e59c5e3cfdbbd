"""Finds, installs and configures the Chromium that proofs run in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from modelpress.core.errors import ModelpressError, NotProven

VARIABLE = "MODELPRESS_CHROMIUM"
# A headless shell is the same engine without the windows of a browser. Playwright starts it too. A
# page takes it less than half of the processor time.
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_NAMES = (
    *_SHELLS,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_APPLICATIONS = ("Google Chrome", "Chromium", "Microsoft Edge")  # as macOS installs them
_VERSION_TIMEOUT_S = 30
_QUERY_TIMEOUT_S = 60
_INSTALL_TIMEOUT_S = 900

# Software WebGL 2 with float32 render targets, and software WebGPU: equal on every computer, and
# available without a graphics device.
_GRAPHICS = (
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
)
# Painting pages without that software device is a fifth faster on two cores.
_PAGES = ("--disable-gpu-compositing",)
# Runs in its own process: Playwright refuses to start inside an event loop, as in a notebook.
_QUERY = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


@dataclass(frozen=True)
class Browser:
    """path: of the executable. version: its own name and number: "Chromium 156.0.8078.79"."""

    path: Path
    version: str


def find_browser() -> Browser | None:
    """Returns the Chromium to use: MODELPRESS_CHROMIUM, else Playwright's own, else the system's.

    None if there is none. Raises ModelpressError if MODELPRESS_CHROMIUM is not a browser.
    """
    named = os.environ.get(VARIABLE)
    if named:
        browser = _browser(Path(named))
        if browser is None:
            raise ModelpressError(
                "This browser can't be started.",
                where=VARIABLE,
                found=named,
                expected="the path of a Chromium or Chrome executable",
                next_step=f"Correct the path, or unset {VARIABLE} to search for a browser.",
            )
        return browser
    for path in (*_playwright_own(), *_installed()):
        browser = _browser(path)
        if browser is not None:
            return browser
    return None


def require_browser() -> Browser:
    """Returns the browser of `find_browser`. Raises NotProven if there is none."""
    browser = find_browser()
    if browser is None:
        raise NotProven(
            "There is no Chromium on this machine to prove the models in.",
            next_step=f"Run `modelpress browser --install`, or name one in {VARIABLE}.",
        )
    return browser


def install_browser(note: Callable[[str], None]) -> Browser | None:
    """Returns the browser of `find_browser`; installs one if there is none.

    Tries Playwright's own, then Debian's package if this user is root. Returns None if neither
    works. note: called with a sentence before each attempt.
    """
    found = find_browser()
    if found:
        return found
    note("There is no Chromium yet. Playwright downloads its own, about 180 MB …")
    if _succeeds([sys.executable, "-m", "playwright", "install", "chromium"]):
        found = find_browser()
        if found is None and is_root():  # libraries of the browser are missing
            _succeeds([sys.executable, "-m", "playwright", "install-deps", "chromium"])
            found = find_browser()
        if found:
            return found
    # Older Debian has no package of the shell alone.
    if debian_install(["chromium-headless-shell"], note, instead=["chromium"]):
        return find_browser()
    return None


def debian_install(
    packages: list[str], note: Callable[[str], None], instead: list[str] | None = None
) -> bool:
    """Installs Debian packages. Returns False if that fails or is not possible here.

    instead: what to install where the packages can't be installed.
    """
    if not is_root() or shutil.which("apt-get") is None:
        return False
    note(f"Installing Debian's {', '.join(packages)} with apt-get …")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    return _succeeds(["apt-get", "update", "-qq"]) and (
        _succeeds([*install, *packages])
        or (instead is not None and _succeeds([*install, *instead]))
    )


def is_root() -> bool:
    """Returns whether this process may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def chromium_arguments() -> list[str]:
    """Returns command-line flags for Chromium; its sandbox doesn't work for root."""
    return [*(["--no-sandbox"] if is_root() else []), *_GRAPHICS, *_PAGES]


def _succeeds(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_INSTALL_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _browser(path: Path) -> Browser | None:
    """Returns the browser at `path`; None unless it starts and reports its version."""
    try:
        done = subprocess.run(
            [str(path), "--version"],
            capture_output=True,
            text=True,
            timeout=_VERSION_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\w[\w ]*?) (\d+(?:\.\d+)+)", done.stdout)
    return Browser(path, f"{found[1]} {found[2]}") if found else None


def _installed() -> Iterator[Path]:
    """Yields the paths of Chromium-based browsers on this system."""
    yield from (Path(path) for path in map(shutil.which, _NAMES) if path)
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for name in _APPLICATIONS:
            path = folder / f"{name}.app" / "Contents" / "MacOS" / name
            if path.is_file():
                yield path


def _playwright_own() -> list[Path]:
    """Returns the Chromium that Playwright installed, its headless shell first.

    Starts Playwright only if one of its folders holds a Chromium: starting takes half a second.
    """
    if not any(any(folder.glob("chromium-*")) for folder in _playwright_folders()):
        return []
    try:
        done = subprocess.run(
            [sys.executable, "-c", _QUERY],
            capture_output=True,
            text=True,
            timeout=_QUERY_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    path = Path(done.stdout.strip())
    if done.returncode != 0 or not path.is_file():
        return []
    return [*_shells_beside(path), path]


def _shells_beside(chromium: Path) -> list[Path]:
    """Returns the headless shell of the same revision: chromium-1234/… and
    chromium_headless_shell-1234/…/headless_shell lie in one folder."""
    revision = next((part for part in chromium.parents if part.name.startswith("chromium-")), None)
    if revision is None:
        return []
    folder = revision.with_name(revision.name.replace("chromium-", "chromium_headless_shell-"))
    return [path for name in _SHELLS for path in sorted(folder.glob(f"*/{name}")) if path.is_file()]


def _playwright_folders() -> list[Path]:
    """Returns the folders of Playwright's browsers: from its variable, else by system."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if named == "0":  # inside its own package
        import playwright

        return [Path(playwright.__file__).parent / "driver/package/.local-browsers"]
    if named:
        return [Path(named).expanduser()]
    home = Path.home()
    folders = [home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"]
    cache = os.environ.get("XDG_CACHE_HOME")
    return [Path(cache) / "ms-playwright", *folders] if cache else folders
