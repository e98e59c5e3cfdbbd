"""Renders the initial pictures of explainers in Node, with the modules that run in the browser.

Writes `.modelpress/explore.json`, from which the Markdown extension renders `explore` fences.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from modelpress.caching.keys import digest, model_sources
from modelpress.caching.step import NotCached, Step, Steps
from modelpress.core.errors import PageError, nearest
from modelpress.core.extensions import module_path
from modelpress.core.project import Project
from modelpress.node.extension_files import browser_files
from modelpress.node.extension_files import explainers as known_explainers
from modelpress.node.predraw import hand_over, rendered_in_node
from modelpress.site.context import Site
from modelpress.site.explainers import __name__ as DATA_MODULES
from modelpress.site.fences.explore import FRAME_OPTIONS, PLACE, hidden, key_of

if TYPE_CHECKING:
    from modelpress.site.fence_syntax import Fence


def render_explainers(project: Project, fences: Iterable[Fence], steps: Steps) -> None:
    """Renders the figures of all `explore` fences, unless cached, and writes the hand-over file.

    Needs `site.json` and the public folder. Raises PageError for an invalid option.
    """
    from modelpress.node import bundle

    fences = list(fences)
    describe = any(fence.kind == "explainers" for fence in fences)
    fences = [fence for fence in fences if fence.kind == "explore"]
    handover = json.loads(project.site_json.read_text("utf-8"))
    site = Site.from_handover(handover, project.public_dir, {})
    figures = {
        key_of(fence.slug, fence.options): _figure(fence, site, project, steps) for fence in fences
    }
    names = sorted(known_explainers()) if describe else []
    rendered: dict[str, Any] = {}
    if figures or names:
        files = browser_files(shown=[*names, *(fence.slug for fence in fences)])
        config = {"figures": [figures[key] for key in sorted(figures)], "describe": names}
        sources = {**bundle.source_files(), "extensions": digest(files.key())}
        further = {"extensions": files.config()}
        rendered = rendered_in_node("explain", "explore.mjs", config, sources, steps, further)
    for fence in fences:
        _require_valid_options(fence, rendered[key_of(fence.slug, fence.options)], project)
    for key, figure in figures.items():
        rendered[key] |= {name: figure[name] for name in ("resource", "options")}
    hand_over(project, "explore", rendered)


def _figure(fence: Fence, site: Site, project: Project, steps: Steps) -> dict[str, Any]:
    with _imports(project):
        return _prepared(fence, site, project, steps)


def _prepared(fence: Fence, site: Site, project: Project, steps: Steps) -> dict[str, Any]:
    data_module = _data_module(fence.slug, project)
    own = {name: value for name, value in fence.options.items() if name not in FRAME_OPTIONS}
    used: Mapping[str, str] = {}
    resource = None
    if data_module is not None:
        used = {name: own.pop(name) for name in data_module.OPTIONS if name in own}
        try:
            resource = resource_of(data_module, fence.slug, used, site, steps)
        except ValueError as error:
            raise PageError(
                f"This `{fence.slug}` can't be rendered: {error}", where=_where(fence, project)
            ) from error
    return {
        "key": key_of(fence.slug, fence.options),
        "name": fence.slug,
        "id": PLACE,
        "options": own,
        "resource": resource,
        "hide": hidden(fence.options),
    }


def resource_of(
    module: ModuleType, name: str, options: Mapping[str, str], site: Site, steps: Steps
) -> Any:
    """Returns an explainer's data, from the cache if its module declares `PACKAGES`."""
    packages = getattr(module, "PACKAGES", None)
    if packages is None:
        return module.resource(options, site)
    sources = model_sources(Path(str(module.__file__)), steps.project.import_roots)
    inputs = {"options": options, "sources": sources}
    step = Step("resource", name, f"{DATA_MODULES}.resource", inputs, tuple(packages))
    try:
        entry = steps.find(step)
    except NotCached:
        content = json.dumps(module.resource(options, site))
        entry = steps.keep(step, {"resource.json": content})
    return entry.read_json("resource.json")


def _data_module(name: str, project: Project) -> ModuleType | None:
    """Returns the module that prepares an explainer's data: the project's, else its package's."""
    own = project.explainers_dir / f"{name.replace('-', '_')}.py"
    if own.is_file():
        return _run(own)
    extension = known_explainers()[name]
    if module_path(extension.module) is None:
        return None
    module = extension.load()
    return module if hasattr(module, "resource") else None


def _run(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"modelpress_explainers.{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _imports(project: Project) -> Iterator[None]:
    """Adds the project's folders to the import path, as for model files."""
    before = sys.path[:]
    sys.path[:] = [*map(str, project.import_roots), *before]
    try:
        yield
    finally:
        sys.path[:] = before


def _require_valid_options(fence: Fence, rendered: dict[str, Any], project: Project) -> None:
    if "wrong" in rendered:
        raise PageError(
            f"The option {rendered['wrong']}",
            where=_where(fence, project),
            next_step="Correct it, or leave it out for the explainer's own.",
        )


def _where(fence: Fence, project: Project) -> str:
    page: Path = project.docs_dir / fence.page
    return f"{project.relative(page)}:{fence.line}"


def require_explainers(fences: Iterable[Fence], project: Project) -> list[str]:
    """Returns the explainers on the pages, sorted. Raises PageError for an unknown one."""
    wanted = [fence for fence in fences if fence.kind == "explore"]
    known = sorted(known_explainers()) if wanted else []
    for fence in wanted:
        if fence.slug not in known:
            raise PageError(
                f"There is no explainer `{fence.slug}`.{nearest(fence.slug, known)}",
                where=_where(fence, project),
                expected=f"one of {', '.join(known)}",
            )
    return sorted({fence.slug for fence in wanted})
