"""The first pictures of explainers, drawn in Node by the modules that run in the browser.

Written to `.modelpress/explore.json`, from which the Markdown extension renders `explore` fences.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pipeline import keys
from pipeline.cache import Cache
from pipeline.drawing import drawn_in_node, hand_over
from pipeline.errors import PageError, nearest
from pipeline.explain import __name__ as HALVES
from pipeline.progress import Progress
from pipeline.project import Project
from pipeline.site.context import Site
from pipeline.site.explore import FRAME_OPTIONS, PLACE, hidden, key_of

if TYPE_CHECKING:
    from pipeline.site.fences import Fence

STEP = "explain"


def draw_explainers(
    project: Project, fences: Iterable[Fence], cache: Cache, progress: Progress
) -> None:
    """Draws the figure of every `explore` fence, if it is not cached, and hands them over.

    Needs `site.json` and the public folder. Raises PageError for an option an explainer can't take.
    """
    from pipeline.site import bundle

    fences = list(fences)
    describe = any(fence.kind == "explainers" for fence in fences)
    fences = [fence for fence in fences if fence.kind == "explore"]
    handover = json.loads(project.site_json.read_text("utf-8"))
    site = Site.from_handover(handover, project.public_dir, {})
    figures = {key_of(fence.slug, fence.options): _figure(fence, site, project) for fence in fences}
    names = bundle.explainer_names() if describe else []
    drawn: dict[str, Any] = {}
    if figures or names:
        inputs = {
            "figures": figures,
            "describe": names,
            "sources": bundle.source_files(),
            "step": keys.module_sources("pipeline.exploring"),
        }
        config = {"figures": list(figures.values()), "describe": names}
        drawn = drawn_in_node(STEP, "explore.mjs", config, inputs, cache, progress)
    for fence in fences:
        _require_taken(fence, drawn[key_of(fence.slug, fence.options)], project)
    for key, figure in figures.items():
        drawn[key] |= {name: figure[name] for name in ("resource", "options")}
    hand_over(project, "explore", drawn)


def _figure(fence: Fence, site: Site, project: Project) -> dict[str, Any]:
    half = _half(fence.slug)
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


def _half(name: str) -> ModuleType | None:
    module = f"{HALVES}.{name.replace('-', '_')}"
    if importlib.util.find_spec(module) is None:
        return None
    return importlib.import_module(module)


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
    from pipeline.site import bundle

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
