"""The step `seeds` of a model's chain: what of its ensemble is cached, and making it.

    seeds_reads  model sources                      → files that its rows are read from besides
    seeds        model sources, data, those files,
                 step, versions                     → seeds.json

Keys are computed without TensorFlow and without the model file, as the chain's are. Where the seeds
are trained is no part of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline import keys
from pipeline.cache import Cache, Entry
from pipeline.machines import Machines
from pipeline.project import Project

_VERSIONS = ("python", "tensorflow", "keras", "numpy")


class EnsembleStep:
    """The step for one model. sources: what its training reads, as it stands in the key; model:
    what the files that it reads are noted under."""

    def __init__(
        self, project: Project, slug: str, cache: Cache, model: dict[str, Any], sources: Any
    ) -> None:
        self._project, self._slug, self._cache = project, slug, cache
        self._model, self._sources = model, sources

    def find(self) -> Entry | None:
        """The entry, where it is cached."""
        noted = self._cache.find("seeds_reads", self._slug, self._model)
        if noted is None:
            return None
        files = noted.read_json("reads.json")["files"]
        return self._cache.find("seeds", self._slug, self._inputs(files))

    def make(
        self,
        model: Any,
        load: Callable[[], Any],
        machines: Machines,
        progress: Callable[[int, int], None],
    ) -> Entry:
        """Trains the ensemble of `model`. load: the rows of what is trained. progress: seeds that
        are done, and all."""
        from pipeline.reads import ReadFiles
        from pipeline.steps.seeds import seeds

        with self._cache.making("seeds", self._slug) as out:
            read_files = ReadFiles(self._project)
            loaded = load()
            files = [self._project.relative(Path(name)) for name in read_files.stop()]
            seeds(model, loaded, out, machines, self._project.import_roots, progress)
            with self._cache.making("seeds_reads", self._slug) as note:
                (note / "reads.json").write_text(json.dumps({"files": files}), "utf-8")
                self._cache.commit("seeds_reads", self._slug, self._model, note)
            return self._cache.commit("seeds", self._slug, self._inputs(files), out)

    def _inputs(self, files: list[str]) -> dict[str, Any]:
        return {
            **self._sources,
            "seeds_files": {name: keys.content(self._project.root / name) for name in files},
            "step": keys.seeds_sources(),
            "versions": {n: version for n, version in keys.versions().items() if n in _VERSIONS},
        }
