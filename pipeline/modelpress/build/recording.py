"""The step `record` of a model's chain: what of a live run is cached, and making it.

    live_reads  model sources                       → files that the live run reads besides
    record      model sources, data, those files,
                step, versions                      → live.json, live.bin,
                                                      take.keras

Keys are computed without TensorFlow and without the model file, as the chain's are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelpress.build.step import NotedStep
from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.store import Entry
from modelpress.core.errors import ModelpressError
from modelpress.data.locate import DataRequest


class Recording(NotedStep):
    """The step for one model."""

    step = "record"
    reads = "live_reads"

    def make(self, model: Any, load: Callable[[], Any], doing: Callable[[str], None]) -> Entry:
        """Records the live run of `model`. load: the rows of the model's own data. doing: is told
        what is under way."""
        from modelpress.recording.record import record

        with self._cache.making("record", self._slug) as out:
            loaded = None if model.live.data else load()
            read_files = ReadFiles(self._project)
            record(model, loaded or self.own_rows(model), out, doing)
            return self._commit(out, read_files.stop())

    def own_rows(self, model: Any) -> Any:
        """The rows of the field `live.data`."""
        from modelpress import data

        try:
            return data.load(
                model.live.data, DataRequest(), self._project.downloads_dir, lambda text: None
            )
        except ModelpressError as error:
            error.where = error.where.replace("`data`", "`live.data`")
            raise
