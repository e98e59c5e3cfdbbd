"""Loads the data of one model on first use."""

from __future__ import annotations

from typing import Any

from modelpress.caching.observing.file_access import ReadFiles, Reads
from modelpress.caching.step import Steps
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest


class ModelData:
    """The examples of a model's `data`, loaded once, and those of its `live.data`."""

    def __init__(self, project: Project, request: DataRequest, steps: Steps) -> None:
        self._project, self._request, self._steps = project, request, steps
        self._loaded: Any = None
        self.known: Reads | None = None  # the reads of an earlier training

    def own(self, model: Any, step: str, reading: ReadFiles | None) -> Any:
        """Returns the data of `data`, as a `Loaded`.

        step: name of the step that waits for it. reading: observes the files meanwhile.
        """
        if self._loaded is None:
            self._loaded = self._load(model, step, reading)
        return self._loaded

    def live(self, model: Any) -> Any:
        """Returns the data of `live.data`, as a `Loaded`."""
        from modelpress import data

        try:
            return data.load(
                model.live.data, DataRequest(), self._project.downloads_dir, lambda text: None
            )
        except ModelpressError as error:
            error.where = error.where.replace("`data`", "`live.data`")
            raise

    def _load(self, model: Any, step: str, reading: ReadFiles | None) -> Any:
        from modelpress import data
        from modelpress.data.kept_rows import CachedExamples

        def show(done: int, total: int, text: str) -> None:
            self._steps.tell({"event": "amount", "done": done, "total": total, "detail": text})

        return data.load(
            model.data,
            self._request,
            self._project.downloads_dir,
            lambda text: self._steps.doing(step, text),
            show=show,
            kept=CachedExamples(self._project, reading, self.known),
            names=(_names(model.input), _names(model.output)),
        )


def _names(kind: Any) -> list[str] | None:
    """Returns the names of several inputs or outputs."""
    return list(kind.parts) if hasattr(kind, "parts") else None
