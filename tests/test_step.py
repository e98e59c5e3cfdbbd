"""A step runs where its key is not in the cache, and its key is all that it is made from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.step import KERAS, NotCached, Step, Steps
from tests.observed import in_a_process
from tests.tiny import bare_project

runs: list[str] = []


def write(out: Path, text: str = "content", fails: bool = False) -> None:
    """The function of the steps below. It fails after it has written."""
    runs.append(text)
    (out / "file.txt").write_text(text)
    if fails:
        raise ValueError(text)


STEP = Step("draw", "net", f"{__name__}.write", {"rate": 1})


@pytest.fixture(autouse=True)
def nothing_has_run() -> None:
    runs.clear()


@pytest.fixture
def told() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def steps(tmp_path: Path, told: list[dict[str, Any]]) -> Steps:
    return Steps(bare_project(tmp_path), told.append)


def given(step: Step, **arguments: Any) -> Step:
    return replace(step, arguments=lambda reading: arguments)


def observed(steps: Steps, name: str = "rows.txt") -> Step:
    """A step that reads a file besides."""
    path = steps.project.root / name
    path.write_text("rows")
    return replace(
        STEP, author={"net.py": "1"}, arguments=lambda reading: {"text": path.read_text()}
    )


def test_it_runs_once(steps: Steps) -> None:
    made = steps.run(given(STEP, text="drawn"))
    assert made.path("file.txt").read_text() == "drawn"
    assert steps.run(STEP) == steps.find(STEP) == made
    assert runs == ["drawn"]


def test_looking_imports_nothing_and_asks_for_no_argument(steps: Steps) -> None:
    def arguments(reading: ReadFiles | None) -> dict[str, Any]:
        raise AssertionError("asked for")

    with pytest.raises(NotCached):
        steps.find(replace(STEP, function="no_such_module.write", arguments=arguments))


@pytest.mark.parametrize(
    "other",
    [
        replace(STEP, inputs={"rate": 2}),
        replace(STEP, packages=("numpy",)),
        replace(STEP, function="modelpress.conversion.convert.convert"),
        replace(STEP, name="paint"),
        replace(STEP, subject="other"),
    ],
)
def test_what_is_declared_is_in_the_key(steps: Steps, other: Step) -> None:
    steps.run(STEP)
    with pytest.raises(NotCached):
        steps.find(other)


def test_words_of_the_progress_are_not(steps: Steps) -> None:
    steps.run(STEP)
    assert steps.find(replace(STEP, detail="drawing"))


def test_its_code_is_the_closure_of_its_functions_module() -> None:
    step = replace(STEP, function="modelpress.training.evaluating.evaluated")
    assert set(step.code()) == {
        f"modelpress/training/{name}.py" for name in ("__init__", "evaluating")
    }
    assert set(replace(step, packages=KERAS).code()) - set(step.code()) == {
        "modelpress/core/__init__.py",
        "modelpress/core/determinism.py",
    }


def test_nothing_is_kept_of_one_that_fails(steps: Steps) -> None:
    with pytest.raises(ValueError, match="broken"):
        steps.run(given(STEP, text="broken", fails=True))
    with pytest.raises(NotCached):
        steps.find(STEP)
    assert not list(steps.cache.tmp.iterdir())


@in_a_process
def test_files_that_it_reads_are_in_the_key(steps: Steps) -> None:
    step = observed(steps)
    made = steps.run(step)
    note = steps.note(step)
    assert note is not None
    assert note["files"]["rows.txt"] == "content"
    assert steps.key(step, note) == made.key
    (steps.project.root / "rows.txt").write_text("other")
    with pytest.raises(NotCached):
        steps.find(step)
    assert steps.key(step, note) != made.key
    (steps.project.root / "rows.txt").write_text("rows")
    assert steps.find(step) == made


@in_a_process
def test_an_observation_may_have_begun_before(steps: Steps) -> None:
    step, early = observed(steps), steps.project.root / "early.txt"
    early.write_text("read by the import of the author's file")
    reading = ReadFiles(steps.project)
    early.read_text()
    steps.make(step, reading, {"asks": "for rows"})
    note = steps.note(step)
    assert note is not None
    assert {"early.txt", "rows.txt"} <= set(note["files"])
    assert note["asks"] == "for rows"
    early.unlink()
    with pytest.raises(NotCached):
        steps.find(step)


def test_inputs_may_be_known_only_when_it_has_run(steps: Steps) -> None:
    """It fetches some of them."""
    fetched = replace(STEP, inputs={"rows": "fetched"})
    assert steps.make(STEP, declare=lambda: fetched) == steps.find(fetched)
    with pytest.raises(NotCached):
        steps.find(STEP)


@in_a_process
def test_of_another_authors_file_nothing_is_known(steps: Steps) -> None:
    step = observed(steps)
    steps.run(step)
    assert steps.note(replace(step, author={"net.py": "2"})) is None


def test_what_ran_together_with_others_is_kept_under_its_key(steps: Steps) -> None:
    kept = steps.keep(STEP, {"parity.json": json.dumps(True)})
    assert steps.find(STEP) == kept
    assert kept.read_json("parity.json") is True
    assert not runs


def test_each_word_of_the_progress_is_told_once(steps: Steps, told: list[dict[str, Any]]) -> None:
    steps.doing("draw", "reading")
    steps.doing("draw", "reading")
    steps.run(STEP)
    steps.run(STEP)
    assert [event["event"] for event in told] == ["step", "step", "done"]
    assert [event.get("detail") for event in told] == ["reading", "", None]
    assert told[-1]["step"] == "draw"
