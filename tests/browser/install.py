"""Have the browsers the tests need: Chromium always, Firefox where it can be had.

Run as ``python -m tests.browser.install`` (``make test`` does). Nothing is installed that is
already there.
"""

from __future__ import annotations

import shutil
import sys

from modelpress.proof.browser import debian_install, install_browser

# xvfb and xauth: Firefox has WebGL only with a screen, a virtual one will do.
FIREFOX_PACKAGES = {"firefox-esr": "firefox-esr", "Xvfb": "xvfb", "xauth": "xauth"}


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """Install what is missing; exit code 2 only where Chromium cannot be had."""
    if install_browser(say) is None:
        print(
            "The browser tests need Chromium and none is here: neither Playwright's download nor "
            "apt-get (as root) could bring it. Install Chromium or Chrome, or name one with "
            "MODELPRESS_CHROMIUM=/path/to/chromium, and run the same command again.",
            file=sys.stderr,
        )
        return 2
    missing = [package for tool, package in FIREFOX_PACKAGES.items() if shutil.which(tool) is None]
    if missing and not debian_install(missing, say):
        print(
            "Firefox (firefox-esr, xvfb) could not be installed: the tests run in Chromium alone.",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
