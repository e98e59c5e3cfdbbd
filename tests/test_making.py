"""Models and failures made side by side: what waits for what, and what an error leaves running."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from modelpress.build import parallel
from modelpress.build.failure_chain import FailureChain
from modelpress.build.model_chain import Chain
from modelpress.build.parallel import ParallelBuild
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.data.locate import DataRequest
from modelpress.processes.worker_pool import Job
from tests.tiny import PLAIN, tiny_project

SECONDS = 20  # for what comes at once


class FakeWorker:
    """Runs the function of its name in place of a process."""

    runs: ClassVar[dict[str, Callable[[], ModelpressError | None]]] = {}
    ended: ClassVar[list[str]] = []

    def __init__(self, job: Job, *_: Any) -> None:
        self.slug = job.slug

    def run(self) -> ModelpressError | None:
        return self.runs[self.slug]()

    def end(self) -> None:
        self.ended.append(self.slug)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ParallelBuild]:
    """Makes one model and one failure by these functions, both at once."""
    project = tiny_project(tmp_path / "project", {"plain": PLAIN})
    chain = Chain(
        project, "plain", project.models_dir / "plain.py", {}, DataRequest(), lambda event: None
    )

    path = tmp_path / "leap.py"
    path.write_text("")
    failure_chain = FailureChain(project, "leap", path, lambda event: None)

    def start(
        model: Callable[[], ModelpressError | None], failure: Callable[[], ModelpressError | None]
    ) -> ParallelBuild:
        monkeypatch.setattr(FakeWorker, "runs", {"plain": model, "leap": failure})
        monkeypatch.setattr(FakeWorker, "ended", [])
        return ParallelBuild(project, [chain], [failure_chain], 2, lambda *_: None)

    monkeypatch.setattr(parallel, "Worker", FakeWorker)
    return start


def through(work: ParallelBuild, prove: Callable[[], None]) -> None:
    """As a build does it."""
    with work:
        work.models()
        prove()
        work.all()


def test_models_are_there_while_failures_are_made(make: Callable[..., ParallelBuild]) -> None:
    proven, order = threading.Event(), []

    def failure() -> None:
        assert proven.wait(SECONDS)
        order.append("failure")

    def prove() -> None:
        order.append("proof")
        proven.set()

    through(make(lambda: order.append("model"), failure), prove)
    assert order == ["model", "proof", "failure"]


@pytest.mark.parametrize("of_model", [True, False])
def test_all_are_run_whichever_fails(of_model: bool, make: Callable[..., ParallelBuild]) -> None:
    failed, order = threading.Event(), []

    def fails() -> ModelpressError:
        failed.set()
        return ModelFailure("It failed.")

    def runs() -> None:
        assert failed.wait(SECONDS)
        order.append("the other")

    with pytest.raises(ModelFailure, match="It failed"):
        through(make(*((fails, runs) if of_model else (runs, fails))), lambda: None)
    assert order == ["the other"]
    assert FakeWorker.ended == []


def test_a_proof_that_fails_leaves_the_failures_their_time(
    make: Callable[..., ParallelBuild],
) -> None:
    proven, order = threading.Event(), []

    def failure() -> None:
        assert proven.wait(SECONDS)
        order.append("failure")

    def prove() -> None:
        proven.set()
        raise ModelFailure("The browser differs.")

    with pytest.raises(ModelFailure, match="differs"):
        through(make(lambda: None, failure), prove)
    assert order == ["failure"]
    assert FakeWorker.ended == []


def test_an_interrupt_ends_all(
    make: Callable[..., ParallelBuild], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(FakeWorker, "end", lambda self: ended.set())

    def failure() -> None:
        assert ended.wait(SECONDS)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        through(make(lambda: None, failure), interrupt)
    assert ended.is_set()
