"""The project's own failures: each has its place on a page, and is what its page says.

Which of its two trainings goes wrong, the build itself enforces.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.build.failure_chain import find_failures, import_failure
from modelpress.core.configuration import find_project
from modelpress.data import DataRequest, load
from modelpress.recording.fail import fail

PROJECT = find_project(Path(__file__).parent.parent / "mkdocs.yml")
FAILURES = find_failures(PROJECT)
QUICK = ("large_rate", "linear_xor")


def made(slug: str, out: Path) -> dict[str, Any]:
    failure = import_failure(FAILURES[slug], PROJECT)
    request = DataRequest(builtin=True)
    fail(failure, lambda source: load(source, request, out, print), out, lambda text: None)
    entry: dict[str, Any] = json.loads((out / "exhibit.json").read_text())
    return entry


@pytest.mark.parametrize("slug", FAILURES)
def test_each_is_on_a_page_and_says_what_it_is(slug: str) -> None:
    failure = import_failure(FAILURES[slug], PROJECT)
    pages = [path.read_text() for path in (PROJECT.root / "docs").rglob("*.md")]
    assert any(f"```failure {slug}\n" in page for page in pages)
    assert failure.summary.endswith(".")
    assert failure.seeds == 20


@pytest.mark.parametrize(
    "slug",
    [pytest.param(slug, marks=() if slug in QUICK else pytest.mark.slow) for slug in FAILURES],
)
def test_each_goes_wrong_and_is_repaired(slug: str, tmp_path: Path) -> None:
    entry = made(slug, tmp_path)
    assert entry["wrong"]["often"] >= 10
    assert entry["repaired"]["often"] == 0
    check = CHECKS.get(slug)
    if check:
        check(entry)


def large_rate(entry: dict[str, Any]) -> None:
    """The error is multiplied by 1 − 18·rate, the loss by its square."""
    wrong, repaired = entry["wrong"], entry["repaired"]
    for course, rate in ((wrong, 0.12), (repaired, 0.01)):
        factor = (1 - 18 * rate) ** 2
        wanted = course["first_loss"] * factor ** (course["steps"] - 1)
        assert course["last_loss"] == pytest.approx(wanted, rel=1e-2)


def linear_xor(entry: dict[str, Any]) -> None:
    """The best that a line can do is to answer a half to all: (1 − ½)²."""
    assert entry["wrong"]["last_loss"] == pytest.approx(0.25, abs=1e-3)
    assert entry["repaired"]["figures"] == [4] * 20


def dead_channel(entry: dict[str, Any]) -> None:
    """10 to 14 of 20 starts, measured elsewhere with this network."""
    assert 10 <= entry["wrong"]["often"] <= 14
    dead = np.array(entry["wrong"]["answers"]).max(axis=0) == 0
    assert dead.sum() == entry["wrong"]["figure"]


def raw_colors(entry: dict[str, Any]) -> None:
    """0.38 to 0.50, measured elsewhere with the survey; with the named colours about that."""
    assert entry["wrong"]["median"] == pytest.approx(0.44, abs=0.06)
    losses = [entry[name]["last_loss"] for name in ("wrong", "repaired")]
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)  # the same training


def summed_sigmoids(entry: dict[str, Any]) -> None:
    """What always answering the most frequent word scores."""
    data = import_failure(FAILURES["summed_sigmoids"], PROJECT).wrong.data()
    most = data.train.y.sum(axis=0).argmax()
    share = data.validation.y[:, most].mean()
    assert entry["wrong"]["high"] == pytest.approx(share)


def softmax_of_sigmoids(entry: dict[str, Any]) -> None:
    """No share above e / (e + 8), no loss below its logarithm."""
    most = np.e / (np.e + 8)
    assert entry["wrong"]["high"] <= most
    assert entry["wrong"]["last_loss"] >= -np.log(most)


CHECKS = {
    check.__name__: check
    for check in (
        large_rate,
        linear_xor,
        dead_channel,
        raw_colors,
        summed_sigmoids,
        softmax_of_sigmoids,
    )
}
