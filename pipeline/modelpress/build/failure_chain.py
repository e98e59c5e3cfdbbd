"""Finds the failures of a project and builds each in a chain of one step.

    exhibit  the failure's file → exhibit.json, wrong/, repaired/

`find` needs neither TensorFlow nor the failure's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import FailureCase
from modelpress.caching import keys
from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.step import KERAS, NotCached, Note, OnEvent, Step, Steps
from modelpress.core.progress import FAILURES
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest
from modelpress.processes.worker_pool import Job
from modelpress.spec.discovery import find_files, import_object

FUNCTION = "modelpress.recording.fail.fail"  # the function of the step


def find_failures(project: Project) -> dict[str, Path]:
    """Returns failure files by slug, sorted: every `<slug>.py` of the folder next to the models.

    Names that start with an underscore are shared helpers. {} without the folder.
    """
    if not project.failures_dir.is_dir():
        return {}
    return find_files(project.failures_dir, "failure", project)


class FailureChain:
    """The chain of one failure."""

    def __init__(self, project: Project, slug: str, path: Path, tell: OnEvent) -> None:
        def named(event: dict[str, Any]) -> None:
            """Adds the slug to events: all failures share one subject of the progress."""
            if event["event"] == "step":
                event |= {
                    "step": "fail",
                    "detail": ", ".join(filter(None, (slug, event["detail"]))),
                }
            elif event["event"] == "done":
                event |= {"step": slug}
            tell(event)

        self.project, self.slug, self.path = project, slug, path
        self.steps = Steps(project, named)
        roots = (*project.import_roots, project.failures_dir)
        self._step = Step(
            "exhibit",
            slug,
            FUNCTION,
            inputs={},
            packages=KERAS,
            author=keys.model_sources(path, roots),
            arguments=self._arguments,
        )
        self._failure: Any = None  # set by `make`

    def find(self) -> FailureCase | None:
        """Returns the failure case if it is cached, else None."""
        try:
            return FailureCase(self.slug, self.path, self.steps.find(self._step))
        except NotCached:
            return None

    def make(self) -> None:
        """Builds the failure case. Call it in worker processes: it imports Keras."""
        self.steps.doing("exhibit")
        reading = ReadFiles(self.project)
        self._failure = import_failure(self.path, self.project)
        reading.name(self._failure)
        self.steps.make(self._step, reading)

    def job(self) -> Job:
        """Returns the job of a worker process."""
        return Job(FAILURES, "failure", self.slug, self.path, f"{__name__}.make")

    def notes(self) -> dict[str, Note | None]:
        """Returns what the step read when it ran."""
        return {self._step.name: self.steps.note(self._step)}

    def keys(self, notes: dict[str, Note]) -> dict[str, str]:
        """Returns the key that the step would have now, with the reads in `notes`."""
        return {self._step.name: self.steps.key(self._step, notes[self._step.name])}

    def _arguments(self, reading: ReadFiles | None) -> Mapping[str, Any]:
        from modelpress import data

        def load(source: Any) -> data.Loaded:
            # Built-in data only: every reader sees the same examples.
            request = DataRequest(builtin=True)
            return data.load(source, request, self.project.downloads_dir, lambda text: None)

        def doing(text: str) -> None:
            self.steps.doing("exhibit", text)

        return {"failure": self._failure, "load": load, "progress": doing}


def make(project: Project, tell: OnEvent, slug: str, path: Path) -> None:
    """Builds one failure case, in a worker process."""
    FailureChain(project, slug, path, tell).make()


def import_failure(path: Path, project: Project) -> Any:
    """Runs a failure's file and returns its FAILURE. Imports Keras.

    Raises ModelpressError with file, line and field unless the file defines a valid `FAILURE`.
    """
    from modelpress.spec.failure import Failure

    return import_object(path, project, "FAILURE", Failure, "Failure(title=…, wrong=…, …)")
