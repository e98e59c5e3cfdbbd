"""The step `seeds` of a model's chain: what of its ensemble is cached, and making it.

    seeds_reads  model sources                      → files that its rows are read from besides
    seeds        model sources, data, those files,
                 step, versions                     → seeds.json

Keys are computed without TensorFlow and without the model file, as the chain's are. Where the seeds
are trained is no part of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelpress.build.step import NotedStep
from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.store import Entry
from modelpress.processes.cluster import Machines


class EnsembleStep(NotedStep):
    """The step for one model."""

    step = "seeds"
    reads = "seeds_reads"

    def make(
        self,
        model: Any,
        load: Callable[[], Any],
        machines: Machines,
        progress: Callable[[int, int], None],
    ) -> Entry:
        """Trains the ensemble of `model`. load: the rows of what is trained. progress: seeds that
        are done, and all."""
        from modelpress.ensembles.ensemble import seeds

        with self._cache.making("seeds", self._slug) as out:
            read_files = ReadFiles(self._project)
            loaded = load()
            opened = read_files.stop()
            seeds(model, loaded, out, machines, self._project.import_roots, progress)
            return self._commit(out, opened)
