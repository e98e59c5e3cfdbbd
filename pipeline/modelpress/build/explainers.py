"""The first pictures of explainers, drawn in Node by the modules that run in the browser.

Written to `.modelpress/explore.json`, from which the Markdown extension renders `explore` fences.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from modelpress.caching.step import Steps
from modelpress.core.errors import PageError, nearest
from modelpress.core.project import Project
from modelpress.node.predraw import drawn_in_node, hand_over
from modelpress.site.context import Site
from modelpress.site.explainers import __name__ as HALVES
from modelpress.site.fences.explore import FRAME_OPTIONS, PLACE, hidden, key_of

if TYPE_CHECKING:
    from modelpress.site.fence_syntax import Fence


def draw_explainers(project: Project, fences: Iterable[Fence], steps: Steps) -> None:
    """Draws the figure of every `explore` fence, if it is not cached, and hands them over.

    Needs `site.json` and the public folder. Raises PageError for an option an explainer can't take.
    """
    from modelpress.node import bundle

    fences = list(fences)
    describe = any(fence.kind == "explainers" for fence in fences)
    fences = [fence for fence in fences if fence.kind == "explore"]
    handover = json.loads(project.site_json.read_text("utf-8"))
    site = Site.from_handover(handover, project.public_dir, {})
    figures = {key_of(fence.slug, fence.options): _figure(fence, site, project) for fence in fences}
    names = bundle.explainer_names() if describe else []
    drawn: dict[str, Any] = {}
    if figures or names:
        config = {"figures": [figures[key] for key in sorted(figures)], "describe": names}
        drawn = drawn_in_node("explain", "explore.mjs", config, bundle.source_files(), steps)
    for fence in fences:
        _require_taken(fence, drawn[key_of(fence.slug, fence.options)], project)
    for key, figure in figures.items():
        drawn[key] |= {name: figure[name] for name in ("resource", "options")}
    hand_over(project, "explore", drawn)


def _figure(fence: Fence, site: Site, project: Project) -> dict[str, Any]:
    with _imports(project):
        return _prepared(fence, site, project)


def _prepared(fence: Fence, site: Site, project: Project) -> dict[str, Any]:
    half = _half(fence.slug, project)
    own = {name: value for name, value in fence.options.items() if name not in FRAME_OPTIONS}
    taken: Mapping[str, str] = {}
    resource = None
    if half is not None:
        taken = {name: own.pop(name) for name in half.OPTIONS if name in own}
        try:
            resource = half.resource(taken, site)
        except ValueError as error:
            raise PageError(
                f"This `{fence.slug}` can't be drawn: {error}", where=_where(fence, project)
            ) from error
    return {
        "key": key_of(fence.slug, fence.options),
        "name": fence.slug,
        "id": PLACE,
        "options": own,
        "resource": resource,
        "hide": hidden(fence.options),
    }


def _half(name: str, project: Project) -> ModuleType | None:
    """The module that prepares an explainer's data: the project's own, or else this package's."""
    stem = name.replace("-", "_")
    own = project.explainers_dir / f"{stem}.py"
    if own.is_file():
        return _run(own)
    module = f"{HALVES}.{stem}"
    if importlib.util.find_spec(module) is None:
        return None
    return importlib.import_module(module)


def _run(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"modelpress_explainers.{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _imports(project: Project) -> Iterator[None]:
    """Looks for modules in the project's folders, too, as a model file's imports do."""
    before = sys.path[:]
    sys.path[:] = [*map(str, project.import_roots), *before]
    try:
        yield
    finally:
        sys.path[:] = before


def _require_taken(fence: Fence, drawn: dict[str, Any], project: Project) -> None:
    if "wrong" in drawn:
        raise PageError(
            f"The option {drawn['wrong']}",
            where=_where(fence, project),
            next_step="Correct it, or leave it out for the explainer's own.",
        )


def _where(fence: Fence, project: Project) -> str:
    page: Path = project.docs_dir / fence.page
    return f"{project.relative(page)}:{fence.line}"


def require_explainers(fences: Iterable[Fence], project: Project) -> list[str]:
    """The explainers that the pages show, sorted. Raises PageError for one that doesn't exist."""
    from modelpress.node import bundle

    wanted = [fence for fence in fences if fence.kind == "explore"]
    known = bundle.explainer_names() if wanted else []
    for fence in wanted:
        if fence.slug not in known:
            raise PageError(
                f"There is no explainer `{fence.slug}`.{nearest(fence.slug, known)}",
                where=_where(fence, project),
                expected=f"one of {', '.join(known)}",
            )
    return sorted({fence.slug for fence in wanted})
