"""Finds published models that are older than their sources, for builds by MkDocs alone.

    <state>/made_from.json    options of the build; reads and keys of each model

Imports no TensorFlow and runs no model file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import FailureCase, Product
from modelpress.build.failure_chain import FailureChain
from modelpress.build.model_chain import Chain
from modelpress.caching.start_field import written_start
from modelpress.caching.step import NotCached
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically
from modelpress.data.locate import DataRequest

NAME = "made_from.json"
_KINDS = ("models", "failures")


@dataclass(frozen=True)
class Older:
    """A model or failure that is older than its sources. source: file, relative to the project."""

    slug: str
    source: str


def record_sources(
    project: Project,
    request: DataRequest,
    products: Iterable[Product],
    failure_cases: Iterable[FailureCase],
) -> None:
    """Records the sources of the published models and failures."""
    models = {each.slug: (each.source, each.keys()) for each in products}
    failures = {each.slug: (each.source, {"exhibit": each.made.key}) for each in failure_cases}
    content = {
        "data": {**asdict(request), "path": str(request.path) if request.path else None},
        **{
            kind: {
                slug: {
                    "source": project.relative(source),
                    "reads": _chain(kind, project, slug, source, request).notes(),
                    "keys": made,
                    "start": _start(kind, source),
                }
                for slug, (source, made) in found.items()
            }
            for kind, found in (("models", models), ("failures", failures))
        },
    }
    path = project.state_dir / NAME
    text = json.dumps(content, sort_keys=True)
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text)


def older(project: Project) -> list[Older]:
    """Returns the published models and failures that a build would make again, sorted by slug.

    [] if no build has recorded its sources.
    """
    try:
        content = json.loads((project.state_dir / NAME).read_bytes())
        request = DataRequest(**content["data"])
        made = [(slug, kind, content[kind][slug]) for kind in _KINDS for slug in content[kind]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if request.path:
        request = DataRequest(Path(request.path), request.download, request.builtin)
    found = []
    for slug, kind, each in sorted(made, key=lambda one: one[0]):
        path = project.root / each["source"]
        try:
            chain = path.is_file() and _chain(kind, project, slug, path, request)
            now = chain and chain.keys(each["reads"])
        # For example a partial data set, or a record of an earlier version: it has changed.
        except (ModelpressError, NotCached, OSError, KeyError, TypeError):
            now = None
        if now != each["keys"] or _start(kind, path) != each.get("start"):
            found.append(Older(slug, each["source"]))
    return found


def _chain(
    kind: str, project: Project, slug: str, path: Path, request: DataRequest
) -> Chain | FailureChain:
    if kind == "failures":
        return FailureChain(project, slug, path, _silent)
    return Chain(project, slug, path, {}, request, _silent)


def _start(kind: str, path: Path) -> str | None:
    """Returns the field `start` of a model file, which is in none of its keys."""
    return written_start(path) if kind == "models" and path.is_file() else None


def _silent(event: dict[str, Any]) -> None:
    """Ignores events: no build follows."""
