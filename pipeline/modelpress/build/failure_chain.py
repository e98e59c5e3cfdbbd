"""The failures of a project: found by location, and each one's chain, which is a single step.

    exhibit  the failure's file → exhibit.json, wrong/, repaired/

Looking needs neither TensorFlow nor the failure's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import Exhibit
from modelpress.caching import keys
from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.step import KERAS, NotCached, Note, Step, Steps, Tell
from modelpress.core.progress import FAILURES
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest
from modelpress.processes.worker_pool import Job
from modelpress.spec.discovery import find_files, import_object

FUNCTION = "modelpress.recording.fail.fail"  # what makes one


def find_failures(project: Project) -> dict[str, Path]:
    """Slug → file, in order of slug: every `<slug>.py` of the folder beside the models', but for
    names that start with an underscore. {} where there is no such folder."""
    if not project.failures_dir.is_dir():
        return {}
    return find_files(project.failures_dir, "failure", project)


class FailureChain:
    """The chain of one failure."""

    def __init__(self, project: Project, slug: str, path: Path, tell: Tell) -> None:
        def named(event: dict[str, Any]) -> None:
            """All failures are one subject of the progress, so events name this one."""
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
        self._failure: Any = None  # while it is made

    def find(self) -> Exhibit | None:
        """The finished failure, where it is cached."""
        try:
            return Exhibit(self.slug, self.path, self.steps.find(self._step))
        except NotCached:
            return None

    def make(self) -> None:
        """Makes it. For worker processes: this imports Keras."""
        self.steps.doing("exhibit")
        reading = ReadFiles(self.project)
        self._failure = import_failure(self.path, self.project)
        reading.name(self._failure)
        self.steps.make(self._step, reading)

    def job(self) -> Job:
        """What a worker process runs to make it."""
        return Job(FAILURES, "failure", self.slug, self.path, f"{__name__}.make")

    def notes(self) -> dict[str, Note | None]:
        """What it has read when it was made."""
        return {self._step.name: self.steps.note(self._step)}

    def keys(self, notes: dict[str, Note]) -> dict[str, str]:
        """The key that it would have now, if it read what `notes` says."""
        return {self._step.name: self.steps.key(self._step, notes[self._step.name])}

    def _arguments(self, reading: ReadFiles | None) -> Mapping[str, Any]:
        from modelpress import data

        def load(source: Any) -> data.Loaded:
            # Whatever else is at hand: a failure is shown with the same rows to everybody.
            request = DataRequest(builtin=True)
            return data.load(source, request, self.project.downloads_dir, lambda text: None)

        def doing(text: str) -> None:
            self.steps.doing("exhibit", text)

        return {"failure": self._failure, "load": load, "progress": doing}


def make(project: Project, tell: Tell, slug: str, path: Path) -> None:
    """Makes one failure, in a worker process."""
    FailureChain(project, slug, path, tell).make()


def import_failure(path: Path, project: Project) -> Any:
    """Runs a failure's file and returns its FAILURE. Imports Keras.

    Raises ModelpressError naming file, line and field for anything but a valid `FAILURE`.
    """
    from modelpress.spec.failure import Failure

    return import_object(path, project, "FAILURE", Failure, "Failure(title=…, wrong=…, …)")
