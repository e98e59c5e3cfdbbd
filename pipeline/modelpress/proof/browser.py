"""The Chromium that proofs run in: where it is, how it is installed, and how it is started."""

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
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_APPLICATIONS = ("Google Chrome", "Chromium", "Microsoft Edge")  # as macOS installs them
_VERSION_TIMEOUT_S = 30
_ASK_TIMEOUT_S = 60
_INSTALL_TIMEOUT_S = 900

# WebGL 2 with float32 render targets, and WebGPU, in software: the same on every machine, and
# there also where no graphics device is.
_GRAPHICS = (
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
)
# Pages are painted without that software device, which is a fifth faster on two cores.
_PAGES = ("--disable-gpu-compositing",)
# A process of its own: Playwright refuses to start where an event loop runs, as in a notebook.
_ASK = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


@dataclass(frozen=True)
class Browser:
    """path of the executable; version as it names itself: "Chromium 156.0.8078.79"."""

    path: Path
    version: str


def find_browser() -> Browser | None:
    """The Chromium to use: MODELPRESS_CHROMIUM, else Playwright's own, else the system's.

    None where there is none. Raises ModelpressError where MODELPRESS_CHROMIUM names no browser.
    """
    named = os.environ.get(VARIABLE)
    if named:
        browser = _browser(Path(named))
        if browser is None:
            raise ModelpressError(
                "This is no browser that could be started.",
                where=VARIABLE,
                found=named,
                expected="the path of a Chromium or Chrome executable",
                next_step=f"Correct the path, or unset {VARIABLE} to have one looked for.",
            )
        return browser
    for path in (*_playwright_own(), *_installed()):
        browser = _browser(path)
        if browser is not None:
            return browser
    return None


def require_browser() -> Browser:
    """The browser that `find_browser` finds. Raises NotProven where there is none."""
    browser = find_browser()
    if browser is None:
        raise NotProven(
            "There is no Chromium on this machine to prove the models in.",
            next_step=f"Run `modelpress browser --install`, or name one in {VARIABLE}.",
        )
    return browser


def install_browser(note: Callable[[str], None]) -> Browser | None:
    """The browser that is here or, where there is none, one that can be installed.

    Playwright's own is tried first, then Debian's package where this user is root. Returns None
    where neither can be had. `note` gets a sentence before each attempt.
    """
    found = find_browser()
    if found:
        return found
    note("There is no Chromium yet. Playwright downloads its own, about 180 MB …")
    if _succeeds([sys.executable, "-m", "playwright", "install", "chromium"]):
        found = find_browser()
        if found is None and is_root():  # the libraries that it needs are missing
            _succeeds([sys.executable, "-m", "playwright", "install-deps", "chromium"])
            found = find_browser()
        if found:
            return found
    if debian_install(["chromium"], note):
        return find_browser()
    return None


def debian_install(packages: list[str], note: Callable[[str], None]) -> bool:
    """Installs Debian packages. Returns False where that is not possible here."""
    if not is_root() or shutil.which("apt-get") is None:
        return False
    note(f"Installing Debian's {', '.join(packages)} with apt-get …")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return _succeeds(["apt-get", "update", "-qq"]) and _succeeds(install)


def is_root() -> bool:
    """Whether this process may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def chromium_arguments() -> list[str]:
    """Command-line flags for Chromium; root cannot have its sandbox."""
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
    """The browser at `path` when it starts and tells its version."""
    try:
        said = subprocess.run(
            [str(path), "--version"],
            capture_output=True,
            text=True,
            timeout=_VERSION_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\w[\w ]*?) (\d+(?:\.\d+)+)", said.stdout)
    return Browser(path, f"{found[1]} {found[2]}") if found else None


def _installed() -> Iterator[Path]:
    """Chromiums and browsers made from it that the system has."""
    yield from (Path(path) for path in map(shutil.which, _NAMES) if path)
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for name in _APPLICATIONS:
            path = folder / f"{name}.app" / "Contents" / "MacOS" / name
            if path.is_file():
                yield path


def _playwright_own() -> list[Path]:
    """The Chromium that Playwright has installed for itself, as Playwright says.

    Playwright is started only where its folder holds some Chromium: it takes half a second.
    """
    if not any(any(folder.glob("chromium-*")) for folder in _playwright_folders()):
        return []
    try:
        asked = subprocess.run(
            [sys.executable, "-c", _ASK],
            capture_output=True,
            text=True,
            timeout=_ASK_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    path = Path(asked.stdout.strip())
    return [path] if asked.returncode == 0 and path.is_file() else []


def _playwright_folders() -> list[Path]:
    """Where Playwright keeps browsers: as its variable says, else by system."""
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
