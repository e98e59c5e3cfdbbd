"""Lighthouse on every page: accessibility, best practices and findability at least 95 of 100. The
performance of three pages is written down, not asserted, as it is that of this machine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from modelpress.node.bundle import find_program
from modelpress.proof.verify import chromium_arguments, find_browser
from tests.browser.figures import all_pages
from tests.server import serve_folder

FOLDER = Path(__file__).resolve().parents[1] / "lighthouse"
RESULTS = FOLDER.parent / "benchmarks/results/lighthouse.json"
ASSERTED = ("accessibility", "best-practices", "seo")
LEAST = 0.95
MEASURED = ("", "learn/a-line/", "models/digits/")  # pages whose performance is written down
A_PAGE_S = 120


def audited(built_site: Path) -> dict[str, dict[str, Any]]:
    """What Lighthouse says of each page, by its URL relative to the site."""
    node, found = find_program("node"), find_browser()
    assert found is not None, "no Chromium: run `make test`, which installs it"
    if not (FOLDER / "node_modules/lighthouse").is_dir():
        npm = [str(find_program("npm")), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=FOLDER, check=True, timeout=600)
    pages = all_pages()
    with serve_folder(built_site, compress=True) as url:
        asked = {
            "chrome": str(found.path),
            "flags": chromium_arguments(),
            "urls": [f"{url}/{page}" for page in pages],
            "measured": [f"{url}/{page}" for page in MEASURED],
        }
        done = subprocess.run(
            [str(node), "audit.mjs"],
            cwd=FOLDER,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=A_PAGE_S * len(pages),
            check=False,
        )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    audits = dict(zip(pages, told, strict=True))
    RESULTS.parent.mkdir(exist_ok=True)
    scores = {page or "home": audit["scores"] for page, audit in audits.items()}
    RESULTS.write_text(json.dumps(scores, indent=1) + "\n")
    return audits


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_page_is_well_made(built_site: Path) -> None:
    poor = {
        page or "home": audit["failed"]
        for page, audit in audited(built_site).items()
        if min(audit["scores"][name] for name in ASSERTED) < LEAST
    }
    assert poor == {}
