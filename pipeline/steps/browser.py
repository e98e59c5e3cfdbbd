"""The Chromium that proofs run in: where it is, and how it is started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ModelpressError

VARIABLE = "MODELPRESS_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_VERSION_TIMEOUT_S = 30

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


@dataclass(frozen=True)
class Browser:
    """path of the executable; version as it names itself: "Chromium 156.0.8078.79"."""

    path: Path
    version: str


def find_browser() -> Browser | None:
    """The Chromium to use: MODELPRESS_CHROMIUM, else one on the PATH, else Playwright's own.

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
    installed = [Path(path) for path in map(shutil.which, _NAMES) if path]
    for path in [*installed, *_playwright_own()]:
        browser = _browser(path)
        if browser is not None:
            return browser
    return None


def chromium_arguments() -> list[str]:
    """Command-line flags for Chromium; root cannot have its sandbox."""
    return [*(["--no-sandbox"] if os.geteuid() == 0 else []), *_GRAPHICS, *_PAGES]


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


def _playwright_own() -> list[Path]:
    """Chromiums that `playwright install` has put into its folder, newest first."""
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright"
    found = Path(folder).expanduser().glob("chromium-*/chrome-linux*/chrome")
    return sorted(found, reverse=True)
