"""The step `record` of a model's chain: what of a live run is cached, and making it.

    live_reads  model sources                       → files that the live run reads besides
    record      model sources, data, those files,
                step, versions                      → live.json, live.bin,
                                                      take.keras

Keys are computed without TensorFlow and without the model file, as the chain's are.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline import keys
from pipeline.cache import Cache, Entry
from pipeline.data.locate import DataRequest
from pipeline.errors import ModelpressError
from pipeline.project import Project

_VERSIONS = ("python", "tensorflow", "keras", "numpy")


class Recording:
    """The step for one model. sources: what its training reads, as it stands in the key; model:
    what the files that it reads are noted under."""

    def __init__(
        self, project: Project, slug: str, cache: Cache, model: dict[str, Any], sources: Any
    ) -> None:
        self._project, self._slug, self._cache = project, slug, cache
        self._model, self._sources = model, sources

    def find(self) -> Entry | None:
        """The entry, where it is cached."""
        noted = self._cache.find("live_reads", self._slug, self._model)
        if noted is None:
            return None
        files = noted.read_json("reads.json")["files"]
        return self._cache.find("record", self._slug, self._inputs(files))

    def make(self, model: Any, load: Callable[[], Any], doing: Callable[[str], None]) -> Entry:
        """Records the live run of `model`. load: the rows of the model's own data. doing: is told
        what is under way."""
        from pipeline.reads import ReadFiles
        from pipeline.steps.record import record

        with self._cache.making("record", self._slug) as out:
            loaded = None if model.live.data else load()
            read_files = ReadFiles(self._project)
            record(model, loaded or self.own_rows(model), out, doing)
            files = [self._project.relative(Path(name)) for name in read_files.stop()]
            with self._cache.making("live_reads", self._slug) as note:
                (note / "reads.json").write_text(json.dumps({"files": files}), "utf-8")
                self._cache.commit("live_reads", self._slug, self._model, note)
            return self._cache.commit("record", self._slug, self._inputs(files), out)

    def own_rows(self, model: Any) -> Any:
        """The rows of the field `live.data`."""
        from pipeline import data

        try:
            return data.load(
                model.live.data, DataRequest(), self._project.downloads_dir, lambda text: None
            )
        except ModelpressError as error:
            error.where = error.where.replace("`data`", "`live.data`")
            raise

    def _inputs(self, files: list[str]) -> dict[str, Any]:
        return {
            **self._sources,
            "live_files": {name: keys.content(self._project.root / name) for name in files},
            "step": keys.live_sources(),
            "versions": {n: version for n, version in keys.versions().items() if n in _VERSIONS},
        }
