"""The measured coverage: complete, as good as is aimed for, shown as it is, and still so."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.coverage import Row, read_results
from tests.coverage.page import PAGE, groups, page_text

ROOT = Path(__file__).parents[1]
# A few of each group are measured again: computed, left out of a format, and refused.
SAMPLED = (
    "layers/Dense",
    "layers/Conv3DTranspose",
    "layers/IntegerLookup",
    "layers/StringLookup",
    "layers/RandomFlip",
    "activations/glu",
    "tfjs/saved_model_v2",
)


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return read_results()[1]


def test_the_page_shows_the_results() -> None:
    assert PAGE.read_text("utf-8") == page_text(*read_results())


def test_each_class_is_measured(rows: dict[str, Row]) -> None:
    from tests.coverage.layers import NOT_MEASURED, classes
    from tests.coverage.other import activations, applications

    assert {row.name for row in rows.values() if row.group == "layers"} == (
        set(classes()) - set(NOT_MEASURED)
    )
    assert {row.name for row in rows.values() if row.group == "activations"} == set(activations())
    assert {row.name for row in rows.values() if row.group == "applications"} == set(applications())


def test_the_aims_are_met(rows: dict[str, Row]) -> None:
    by_group = groups(rows.values())

    def converted(name: str) -> float:
        found = [row for row in by_group[name] if not row.converts.startswith("Not tried")]
        return sum(not row.converts for row in found) / len(found)

    assert converted("layers") >= 0.95
    assert converted("applications") >= 0.9
    convertible = [
        row for row in rows.values() if not row.converts and not row.exact.startswith("Not tried")
    ]
    exact = [row for row in convertible if not row.exact and not row.browser.get("exact")]
    assert len(exact) / len(convertible) >= 0.9


def test_a_sample_is_still_so(tmp_path: Path, rows: dict[str, Row]) -> None:
    from tests.coverage.measure import all_subjects, measure, slug

    subjects = all_subjects()
    for name in SAMPLED:
        found = measure(subjects[name], tmp_path / slug(name))
        known = rows[name]
        for field in ("converts", "exact", "layers", "live", "parameters"):
            assert getattr(found, field) == getattr(known, field), (name, field)
        if found.allowed is not None and found.largest is not None:
            assert known.largest is not None
            assert found.largest <= found.allowed, name


@pytest.mark.slow
def test_a_sample_is_still_so_in_the_browser(tmp_path: Path, rows: dict[str, Row]) -> None:
    from modelpress.proof.browser import find_browser
    from tests.coverage.measure import all_subjects, measure, slug

    if find_browser() is None:
        pytest.skip("no Chromium")
    subjects, chosen = all_subjects(), ["layers/GRU", "layers/Conv3D", "layers/MultiHeadAttention"]
    for name in chosen:
        folder = tmp_path / slug(name)
        row = measure(subjects[name], folder)
        (folder / "row.json").write_text(json.dumps(asdict(row)))
    backends = ["exact", "cpu", "wasm"]
    # In a process of its own: pytest's browsers have an event loop in this one.
    asked = [str(tmp_path), ",".join(backends), *chosen]
    subprocess.run([sys.executable, "-m", "tests.coverage.browsers", *asked], check=True, cwd=ROOT)
    for name in chosen:
        found = json.loads((tmp_path / slug(name) / "browser.done.json").read_text())
        assert {each: found[each]["reason"] for each in backends} == {
            each: rows[name].browser[each] for each in backends
        }, name
