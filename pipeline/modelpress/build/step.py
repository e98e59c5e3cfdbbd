"""A cached step that reads files which only its running tells: they are noted, and part of its key.

Keys are computed without TensorFlow and without the model file, as the chain's are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from modelpress.caching import keys
from modelpress.caching.observing.file_access import Reads, as_inputs
from modelpress.caching.store import Cache, Entry
from modelpress.core.project import Project

_VERSIONS = ("python", "tensorflow", "keras", "numpy")


class NotedStep:
    """The step for one model. sources: what its training reads, as it stands in the key; model:
    what the files that it reads are noted under.

    step: its name in the cache and among `keys.STEPS`. reads: that of the note.
    """

    step: ClassVar[str]
    reads: ClassVar[str]

    def __init__(
        self, project: Project, slug: str, cache: Cache, model: dict[str, Any], sources: Any
    ) -> None:
        self._project, self._slug, self._cache = project, slug, cache
        self._model, self._sources = model, sources

    def find(self) -> Entry | None:
        """The entry, where it is cached."""
        reads = self.note()
        return self._cache.find(self.step, self._slug, self._inputs(reads)) if reads else None

    def note(self) -> Reads | None:
        """What its last run has read, where that is known."""
        noted = self._cache.find(self.reads, self._slug, self._model)
        reads: Reads | None = noted.read_json("reads.json") if noted else None
        return reads

    def key(self, reads: Reads) -> str:
        """The key that it would have now, if it read these."""
        return keys.digest(self._inputs(reads))

    def _commit(self, out: Path, reads: Reads) -> Entry:
        """Caches what is in `out`, under what it was made from. reads: what the step has read."""
        with self._cache.making(self.reads, self._slug) as note:
            (note / "reads.json").write_text(json.dumps(reads), "utf-8")
            self._cache.commit(self.reads, self._slug, self._model, note)
        return self._cache.commit(self.step, self._slug, self._inputs(reads), out)

    def _inputs(self, reads: Reads) -> dict[str, Any]:
        return {
            **self._sources,
            "step_reads": as_inputs(self._project, reads),
            "step": keys.step_sources(self.step),
            "versions": {n: version for n, version in keys.versions().items() if n in _VERSIONS},
        }
