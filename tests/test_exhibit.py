"""Failures found by location, cached by content, and errors that name their file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelpress.artefacts.manifest import published_manifest
from modelpress.build.build import require_other_names
from modelpress.build.failure_chain import FailureChain, find_failures
from modelpress.build.freshness import Older, older
from modelpress.build.pages import find_fences, starting_inputs
from modelpress.build.parallel import IMPORTED
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.core.project import Project
from modelpress.processes.process_start import Starter
from modelpress.processes.worker_pool import Worker
from modelpress.proof.verify import find_browser
from modelpress.proof.verify_failures import require_replayed, verify_failures
from modelpress.schema.failure import FailureEntry, FailureParity
from modelpress.schema.model import ReplayResult
from modelpress.spec.discovery import find_models
from tests.built import built_once
from tests.failure_site import LEAP, failure_site


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = built_once(tmp_path_factory, "failures", failure_site, "--no-browser")
    return find_project(folder / "mkdocs.yml")


def chain(project: Project, path: Path, events: list[Any] | None = None) -> FailureChain:
    return FailureChain(project, path.stem, path, (events if events is not None else []).append)


def not_told(subject: str, event: dict[str, Any]) -> None:
    """Receives the progress of a worker."""


def test_every_file_of_the_folder_beside_the_models_is_one(tmp_path: Path) -> None:
    project = failure_site(tmp_path / "site")
    (project.failures_dir / "_shared.py").write_text("")
    assert find_failures(project) == {"leap": project.failures_dir / "leap.py"}
    (project.failures_dir / "Bad.py").write_text("")
    with pytest.raises(ModelpressError, match="A failure file's name is its slug") as caught:
        find_failures(project)
    assert caught.value.where == "failures/Bad.py"


def test_a_project_may_have_none(tmp_path: Path) -> None:
    project = failure_site(tmp_path / "site")
    (project.failures_dir / "leap.py").unlink()
    project.failures_dir.rmdir()
    assert find_failures(project) == {}
    with pytest.raises(ModelpressError, match="There is no failure `leap`") as caught:
        starting_inputs(project, find_fences(project), find_models(project), {})
    assert caught.value.where == "docs/leap.md:5"
    assert "failures is empty" in caught.value.expected


def test_no_failure_has_a_models_name(tmp_path: Path) -> None:
    project = failure_site(tmp_path / "site")
    path = project.failures_dir / "line.py"
    with pytest.raises(ModelpressError, match="both called `line`"):
        require_other_names(find_models(project), {"line": path}, project)


def test_it_is_made_again_only_when_what_it_reads_has_changed(built: Project) -> None:
    path = built.failures_dir / "leap.py"
    found = chain(built, path).find()
    assert found is not None
    source = path.read_text()
    try:
        path.write_text(source + "# changed\n")
        assert chain(built, path).find() is None
        assert older(built) == [Older("leap", "failures/leap.py")]
    finally:
        path.write_text(source)
    assert chain(built, path).find() == found
    assert older(built) == []


def entry_of(project: Project) -> FailureEntry:
    manifest = published_manifest(project)
    assert manifest
    return manifest.failures["leap"]


def test_the_manifest_describes_it(built: Project) -> None:
    entry = entry_of(built)
    assert (entry.title, entry.source) == ("The leap", "failures/leap.py")
    assert entry.summary == "A weight that leaps farther with every step."
    assert (entry.wrong.often, entry.repaired.often, entry.seeds) == (5, 0, 5)
    assert not entry.parity.proven
    for name in ("wrong/live.bin", "wrong/live.json", "repaired/live.json", "source.py"):
        file = entry.files[name]
        assert (built.public_dir / file.url).stat().st_size == file.size_bytes
        assert (built.site_dir / file.url).is_file()
    page = (built.site_dir / "leap/index.html").read_text()
    assert "It is off by 5 of 5." in page


@pytest.fixture(scope="module")
def starter(built: Project) -> Iterator[Starter]:
    """Starts the processes of a build: the kernel watches what makes a failure case."""
    with contextlib.closing(Starter(built.root, 6, 1, IMPORTED)) as starter:
        yield starter


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("AtLeast(100)", "AtLeast(1e40)", "failures/leap.py, field `wrong`", "does not"),
        ("build=network", "build=3", "failures/leap.py:15, field `wrong.build`", "can't be used"),
        ("return keras", "return nothing", "failures/leap.py:12", "could not be made"),
        ("FAILURE =", "OTHER =", "failures/leap.py", "defines no FAILURE"),
        ("seeds=5", "seeds=0", "failures/leap.py:15, field `seeds`", "can't be used"),
    ],
)
def test_errors_name_the_file(
    old: str, new: str, where: str, said: str, starter: Starter, tmp_path: Path
) -> None:
    project = failure_site(tmp_path / "site")
    path = project.failures_dir / "leap.py"
    assert old in LEAP
    path.write_text(LEAP.replace(old, new))
    error = Worker(chain(project, path).job(), project, not_told, starter.start).run()
    assert error
    assert error.where == where
    assert said in error.what
    assert chain(project, path).find() is None


def test_the_guides_example_is_a_failure(
    project_root: Path, starter: Starter, tmp_path: Path
) -> None:
    guide = (project_root / "docs/guide/failures.md").read_text()
    project = failure_site(tmp_path / "site")
    path = project.failures_dir / "large_rate.py"
    path.write_text(guide.split("```python\n")[1].split("\n```\n")[0])
    assert not Worker(chain(project, path).job(), project, not_told, starter.start).run()
    found = chain(project, path).find()
    assert found is not None
    assert found.made.read_json("exhibit.json")["wrong"]["often"] == 20


def test_both_trainings_are_replayed_in_the_browser(built: Project) -> None:
    browser = find_browser()
    assert browser is not None
    entry = entry_of(built)
    parity = verify_failures(built.public_dir, {"leap": entry}, browser)["leap"]
    assert parity.proven, parity.reason
    courses = [(result.course, result.steps) for result in parity.training]
    assert courses == [("wrong", 20), ("repaired", 20)]
    require_replayed({"leap": parity}, {"leap": entry})


def test_a_training_that_differs_stops_the_build(built: Project) -> None:
    entry = entry_of(built)
    result = ReplayResult(
        backend="cpu", optimizer="sgd", steps=1, max_loss_diff=3.0, max_weight_diff=0.0,
        tolerance=1e-4, passed=False, reason="a loss differs by 3.", course="wrong",
    )  # fmt: skip
    parity = FailureParity(
        proven=False, reason="wrong: a loss differs by 3.", browser="", training=[result]
    )
    with pytest.raises(ModelFailure, match=r"failures/leap\.py.*differs from Python") as caught:
        require_replayed({"leap": parity}, {"leap": entry})
    assert "a loss differs by 3" in caught.value.found
