"""A cached step that reads files which only its running tells: they are noted, and part of its key.

Keys are computed without TensorFlow and without the model file, as the chain's are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

from pipeline import keys
from pipeline.cache import Cache, Entry
from pipeline.project import Project

_VERSIONS = ("python", "tensorflow", "keras", "numpy")


class NotedStep:
    """The step for one model. sources: what its training reads, as it stands in the key; model:
    what the files that it reads are noted under.

    step: its name in the cache. reads: that of the note. modules: what makes it, file → sha256.
    """

    step: ClassVar[str]
    reads: ClassVar[str]
    modules: ClassVar[Callable[[], dict[str, str]]]

    def __init__(
        self, project: Project, slug: str, cache: Cache, model: dict[str, Any], sources: Any
    ) -> None:
        self._project, self._slug, self._cache = project, slug, cache
        self._model, self._sources = model, sources

    def find(self) -> Entry | None:
        """The entry, where it is cached."""
        noted = self._cache.find(self.reads, self._slug, self._model)
        if noted is None:
            return None
        files = noted.read_json("reads.json")["files"]
        return self._cache.find(self.step, self._slug, self._inputs(files))

    def _commit(self, out: Path, opened: Iterable[str]) -> Entry:
        """Caches what is in `out`, under what it was made from. opened: the files read."""
        files = [self._project.relative(Path(name)) for name in opened]
        with self._cache.making(self.reads, self._slug) as note:
            (note / "reads.json").write_text(json.dumps({"files": files}), "utf-8")
            self._cache.commit(self.reads, self._slug, self._model, note)
        return self._cache.commit(self.step, self._slug, self._inputs(files), out)

    def _inputs(self, files: list[str]) -> dict[str, Any]:
        return {
            **self._sources,
            "step_files": {name: keys.content(self._project.root / name) for name in files},
            "step": type(self).modules(),
            "versions": {n: version for n, version in keys.versions().items() if n in _VERSIONS},
        }
