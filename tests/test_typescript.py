"""The unit tests of the browser's modules, site_assets/test/*.test.mjs, run once in Node."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Callable

import pytest
from filelock import FileLock

from tests.prepared import run_folder
from tests.twins import ASSETS, NODE

FILES = sorted(path.name.removesuffix(".mjs") for path in (ASSETS / "test").glob("*.test.mjs"))


@pytest.fixture(scope="module")
def results() -> dict[str, list[dict[str, str]]]:
    """File → its tests, each with its name and its error."""
    said = run_folder() / "unit.json"
    with FileLock(f"{said}.lock"):
        if not said.exists():
            done = subprocess.run(
                [str(NODE), str(ASSETS / "test/run.mjs")],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            said.write_text(done.stdout)
    found = defaultdict(list)
    for line in said.read_text().splitlines():
        result = json.loads(line)
        found[result["file"].removesuffix(".mjs")].append(result)
    return found


@pytest.mark.parametrize("file", FILES)
def test_unit_tests(
    file: str,
    results: dict[str, list[dict[str, str]]],
    record_property: Callable[[str, object], None],
) -> None:
    record_property("unit tests", len(results[file]))
    assert results[file], "the file has no test"
    failed = [f"{result['name']}: {result['error']}" for result in results[file] if result["error"]]
    assert failed == []
