"""Loads authors' modules from their sources and ignores compiled copies.

Python checks a compiled copy by time and size. A file changed twice within a second, or with its
time reset, would run in its old version under the key of the new one.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Sequence
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from pathlib import Path
from types import CodeType, ModuleType

from modelpress.caching.keys import PACKAGE
from modelpress.caching.observing.supervision import quiet


class SourceLoader(SourceFileLoader):
    """Compiles a module on every import and writes no bytecode."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        code: CodeType | None = self.source_to_code(self.get_data(path), path)
        return code


class QuietFinder(PathFinder):
    """Finds modules as Python does, without recording the folders that it lists.

    Only one fact is recorded: whether an author's folder has a module of that name. One that is
    added later would be imported instead.
    """

    @classmethod
    def find_spec(
        cls,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        depth = getattr(_here, "depth", 0)
        _here.depth = depth + 1
        try:
            with quiet():
                spec = super().find_spec(fullname, path, target)
        finally:
            _here.depth = depth
        for place in sys.path if path is None else path:
            if is_authors(place):
                name = os.path.join(place, fullname.rpartition(".")[2])
                for candidate in (name, f"{name}.py"):
                    os.path.exists(candidate)  # recorded
        return spec


_here = threading.local()
_roots: list[Path] = []


def quiet_here() -> bool:
    """Returns whether this thread is searching for a module."""
    return getattr(_here, "depth", 0) > 0


def import_from_sources(roots: Iterable[Path]) -> None:
    """Makes modules below `roots` importable from their sources, earlier roots first."""
    roots = tuple(roots)
    for root in reversed(roots):
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
    _roots.extend(root for root in roots if root not in _roots)
    if _finder not in sys.path_hooks:
        sys.path_hooks.insert(0, _finder)
    for place in [place for place in sys.path_importer_cache if is_authors(place)]:
        del sys.path_importer_cache[place]
    sys.meta_path[:] = [QuietFinder if each is PathFinder else each for each in sys.meta_path]
    # Processes that train seeds import by Python's own rules: leave no bytecode for them.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"


def _finder(place: str) -> FileFinder:
    if not is_authors(place) or not os.path.isdir(place):  # files: runpy's, or archives
        raise ImportError(place)
    return FileFinder(
        place, (ExtensionFileLoader, EXTENSION_SUFFIXES), (SourceLoader, SOURCE_SUFFIXES)
    )


def is_authors(place: str) -> bool:
    """Returns whether a folder of modules is an author's: not a virtual environment within the
    project, and not this package, which the project may contain."""
    path = Path(place)
    for root in _roots:
        if path.is_relative_to(root):
            within = path.relative_to(root).parts
            others = "site-packages" in within or any(part.startswith(".") for part in within)
            ours = PACKAGE.is_relative_to(root) and path.is_relative_to(PACKAGE)
            if not (others or ours):
                return True
    return False
