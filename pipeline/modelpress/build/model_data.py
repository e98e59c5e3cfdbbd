"""The rows that one model is trained and measured on, loaded when they are first asked for."""

from __future__ import annotations

from typing import Any

from modelpress.caching.observing.file_access import ReadFiles, Reads
from modelpress.caching.step import Steps
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest


class ModelRows:
    """The rows of a model's field `data`, read once, and those of its field `live.data`."""

    def __init__(self, project: Project, request: DataRequest, steps: Steps) -> None:
        self._project, self._request, self._steps = project, request, steps
        self._loaded: Any = None
        self.known: Reads | None = None  # what an earlier training has read

    def of_data(self, model: Any, step: str, reading: ReadFiles | None) -> Any:
        """The rows of `data`, as a `Loaded`. step: what waits for them. reading: the observation of
        files meanwhile."""
        if self._loaded is None:
            self._loaded = self._load(model, step, reading)
        return self._loaded

    def of_live(self, model: Any) -> Any:
        """The rows of `live.data`, as a `Loaded`."""
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
        from modelpress.data.kept_rows import KeptRows

        def show(done: int, total: int, text: str) -> None:
            self._steps.tell({"event": "amount", "done": done, "total": total, "detail": text})

        return data.load(
            model.data,
            self._request,
            self._project.downloads_dir,
            lambda text: self._steps.doing(step, text),
            show=show,
            kept=KeptRows(self._project, reading, self.known),
        )
