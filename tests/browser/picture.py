"""Take the README's picture of a real page: ``python -m tests.browser.picture`` after a build."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from modelpress.proof.verify import chromium_arguments, find_browser
from tests.server import serve_folder

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs/assets/page.png"


def main() -> int:
    found = find_browser()
    if found is None:
        print("The picture needs Chromium; `make test` installs it.", file=sys.stderr)
        return 2
    with serve_folder(ROOT / "site") as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(found.path), args=chromium_arguments())
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(f"{url}/models/color_classifier/")
        page.locator("modelpress-model[backend=webgl]").first.wait_for()
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"Wrote {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
