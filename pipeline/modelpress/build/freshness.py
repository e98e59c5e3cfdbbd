"""Whether the models of the last build are older than what they were made from: for MkDocs, when it
builds the pages by itself.

    <state>/made_from.json    what the build was asked for, and what each model has read, with keys

This imports no TensorFlow and runs no model file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import Exhibit, Product
from modelpress.build.failure_chain import FailureChain
from modelpress.build.model_chain import Chain
from modelpress.caching.step import NotCached
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically
from modelpress.data.locate import DataRequest

NAME = "made_from.json"
_KINDS = ("models", "failures")


@dataclass(frozen=True)
class Older:
    """A model, or a failure, that is older than its sources. source: its file, relative to the
    project."""

    slug: str
    source: str


def write_made_from(
    project: Project, request: DataRequest, products: Iterable[Product], exhibits: Iterable[Exhibit]
) -> None:
    """Notes what the published models and failures were made from."""
    models = {each.slug: (each.source, each.keys()) for each in products}
    failures = {each.slug: (each.source, {"exhibit": each.made.key}) for each in exhibits}
    content = {
        "data": {**asdict(request), "path": str(request.path) if request.path else None},
        **{
            kind: {
                slug: {
                    "source": project.relative(source),
                    "reads": _chain(kind, project, slug, source, request).notes(),
                    "keys": made,
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
    """The published models and failures that another build would make again, in order of slug.
    [] where no build has noted anything."""
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
        # Such as half of a data set, or a note of an earlier version: not what it was.
        except (ModelpressError, NotCached, OSError, KeyError, TypeError):
            now = None
        if now != each["keys"]:
            found.append(Older(slug, each["source"]))
    return found


def _chain(
    kind: str, project: Project, slug: str, path: Path, request: DataRequest
) -> Chain | FailureChain:
    if kind == "failures":
        return FailureChain(project, slug, path, _silent)
    return Chain(project, slug, path, {}, request, _silent)


def _silent(event: dict[str, Any]) -> None:
    """No build follows it, so nothing is made."""
