"""The failures of a project: found by location, cached by content, made in a worker each.

    exhibit_reads  failure sources                    → files that it reads besides
    exhibit        failure sources, those files,
                   step, versions                     → exhibit.json, wrong/, repaired/

Keys are computed without TensorFlow and without the failure's file, as the models' are.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import Exhibit
from modelpress.caching import keys
from modelpress.caching.observing.file_access import ReadFiles, Reads, as_inputs
from modelpress.caching.store import Cache
from modelpress.core.errors import ModelFailure, ModelpressError, described, no_room
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest
from modelpress.spec.discovery import failing_place, find_files, import_object

_VERSIONS = ("python", "tensorflow", "keras", "numpy")

Tell = Callable[[dict[str, Any]], None]


def find_failures(project: Project) -> dict[str, Path]:
    """Slug → file, in order of slug: every `<slug>.py` of the folder beside the models', but for
    names that start with an underscore. {} where there is no such folder."""
    if not project.failures_dir.is_dir():
        return {}
    return find_files(project.failures_dir, "failure", project)


class Exhibits:
    """The failures of a project: what of them is cached, and making the rest."""

    def __init__(self, project: Project, tell: Tell) -> None:
        self.project, self._tell = project, tell
        self._cache = Cache(project.state_dir, lambda text: tell({"event": "note", "text": text}))

    def find(self, slug: str, path: Path) -> Exhibit | None:
        """The exhibit, where it is cached."""
        reads = self.note(slug, path)
        made = reads and self._cache.find("exhibit", slug, self._inputs(path, reads))
        return Exhibit(slug, path, made) if made else None

    def note(self, slug: str, path: Path) -> Reads | None:
        """What it has read when it was made, where that is known."""
        noted = self._cache.find("exhibit_reads", slug, self._sources(path))
        reads: Reads | None = noted.read_json("reads.json") if noted else None
        return reads

    def key(self, path: Path, reads: Reads) -> str:
        """The key that it would have now, if it read these."""
        return keys.digest(self._inputs(path, reads))

    def make(self, slug: str, path: Path) -> None:
        """Makes one. For worker processes: this imports Keras. Raises ModelpressError naming the
        file."""
        from modelpress import data
        from modelpress.recording.fail import fail

        started = time.monotonic()
        self._doing(slug)
        name = self.project.relative(path)
        read_files = ReadFiles(self.project)

        def load(source: Any) -> data.Loaded:
            # Whatever else is at hand: a failure is shown with the same rows to everybody.
            request = DataRequest(builtin=True)
            return data.load(source, request, self.project.downloads_dir, lambda text: None)

        try:
            failure = import_failure(path, self.project)
            read_files.name(failure)
            with self._cache.making("exhibit", slug) as out:
                fail(failure, load, out, lambda text: self._doing(f"{slug}, {text}"))
                reads = read_files.stop()
                with self._cache.making("exhibit_reads", slug) as note:
                    (note / "reads.json").write_text(json.dumps(reads), "utf-8")
                    self._cache.commit("exhibit_reads", slug, self._sources(path), note)
                self._cache.commit("exhibit", slug, self._inputs(path, reads), out)
        except ModelpressError as error:
            if not error.where.startswith(name):
                error.where = ", ".join(filter(None, (name, error.where)))
            raise
        except (Exception, SystemExit) as error:
            if full := no_room(error):
                raise full from error
            raise _explained(error, slug, path, self.project) from error
        self._tell({"event": "done", "step": slug, "seconds": time.monotonic() - started})

    def _doing(self, detail: str) -> None:
        self._tell({"event": "step", "step": "fail", "detail": detail})

    def _sources(self, path: Path) -> dict[str, Any]:
        roots = (*self.project.import_roots, self.project.failures_dir)
        return {
            "failure": keys.model_sources(path, roots),
            "step": keys.step_sources("exhibit"),
            "reads": keys.step_sources("reads"),
        }

    def _inputs(self, path: Path, reads: Reads) -> dict[str, Any]:
        return {
            **self._sources(path),
            **as_inputs(self.project, reads),
            "versions": {n: version for n, version in keys.versions().items() if n in _VERSIONS},
        }


def import_failure(path: Path, project: Project) -> Any:
    """Runs a failure's file and returns its FAILURE. Imports Keras.

    Raises ModelpressError naming file, line and field for anything but a valid `FAILURE`.
    """
    from modelpress.spec.failure import Failure

    return import_object(path, project, "FAILURE", Failure, "Failure(title=…, wrong=…, …)")


def _explained(error: BaseException, slug: str, path: Path, project: Project) -> ModelFailure:
    return ModelFailure(
        f"The failure {slug} could not be made.",
        where=failing_place(error, path, project) or project.relative(path),
        found=described(error),
        next_step="Correct the file and build again; nothing of this run was kept.",
    )
