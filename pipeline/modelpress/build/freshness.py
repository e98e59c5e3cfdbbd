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
from modelpress.build.failure_chain import Exhibits
from modelpress.build.model_chain import Chain
from modelpress.caching.store import write_atomically
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest

NAME = "made_from.json"


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
    made = Exhibits(project, _silent)
    content = {
        "data": {**asdict(request), "path": str(request.path) if request.path else None},
        "models": {
            product.slug: {
                "source": project.relative(product.source),
                "reads": _chain(project, product.slug, product.source, request).notes(),
                "keys": product.keys(),
            }
            for product in products
        },
        "failures": {
            exhibit.slug: {
                "source": project.relative(exhibit.source),
                "reads": made.note(exhibit.slug, exhibit.source),
                "keys": exhibit.made.key,
            }
            for exhibit in exhibits
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
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if request.path:
        request = DataRequest(Path(request.path), request.download, request.builtin)
    exhibits, found = Exhibits(project, _silent), []
    for slug, made in sorted({**content["models"], **content["failures"]}.items()):
        path = project.root / made["source"]
        try:
            if slug in content["failures"]:
                now: Any = path.is_file() and exhibits.key(path, made["reads"])
            else:
                chain = path.is_file() and _chain(project, slug, path, request)
                now = chain and chain.keys(made["reads"])
        except (ModelpressError, OSError):  # such as half of a data set: not what it was
            now = None
        if now != made["keys"]:
            found.append(Older(slug, made["source"]))
    return found


def _chain(project: Project, slug: str, path: Path, request: DataRequest) -> Chain:
    return Chain(project, slug, path, {}, request, _silent)


def _silent(event: dict[str, Any]) -> None:
    """No build follows it, so nothing is made."""
