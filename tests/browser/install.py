"""Have the browsers the tests need: Chromium always, Firefox where it can be had.

Run as ``python -m tests.browser.install`` (``make test`` does). Nothing is installed that is
already there. Where a browser is missing: Debian's packages when we are root and have apt-get,
else Playwright's own download, else one sentence that says what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from pipeline.steps.verify import find_browser

# xvfb and xauth: Firefox has WebGL only with a screen, a virtual one will do.
FIREFOX_PACKAGES = {"firefox-esr": "firefox-esr", "Xvfb": "xvfb", "xauth": "xauth"}


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages; False where that is not possible here."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print(f"Installing {', '.join(packages)} with apt-get…", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "-qq", "--no-install-recommends", *packages]
    for arguments in (["update", "-qq"], install):
        done = subprocess.run(
            ["apt-get", *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(done.stderr.strip(), file=sys.stderr)
            return False
    return True


def playwright_download(name: str) -> bool:
    """Let Playwright fetch its own build of a browser; False where it cannot."""
    print(f"Downloading {name} with Playwright…", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "install", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0


def have_chromium() -> bool:
    """True when a Chromium is there, was there, or could be installed."""
    return (
        find_browser() is not None
        or (apt_install(["chromium"]) and find_browser() is not None)
        or (playwright_download("chromium") and find_browser() is not None)
    )


def have_firefox() -> bool:
    """True when Debian's Firefox and a virtual screen are there or could be installed."""
    missing = [package for tool, package in FIREFOX_PACKAGES.items() if shutil.which(tool) is None]
    return not missing or apt_install(missing)


def main() -> int:
    """Install what is missing; exit code 2 only where Chromium cannot be had."""
    if not have_chromium():
        print(
            "The browser tests need Chromium and none is here: neither apt-get (as root) nor "
            "Playwright's download could bring it. Install Chromium or Chrome, or name one with "
            "MODELPRESS_CHROMIUM=/path/to/chromium, and run the same command again.",
            file=sys.stderr,
        )
        return 2
    if not have_firefox():
        print(
            "Firefox (firefox-esr, xvfb) could not be installed: the tests run in Chromium alone.",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
