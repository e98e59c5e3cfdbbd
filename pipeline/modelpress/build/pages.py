"""Collects what the pages require of the models, and builds the pages with MkDocs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelpress.core.configuration import MessageLog, collected_messages, load, the_plugin
from modelpress.core.errors import ModelpressError, PageError, described, nearest
from modelpress.core.extensions import OWN, Extension
from modelpress.core.project import Project
from modelpress.files.swapping import swap
from modelpress.files.workspace import temporary_folder

if TYPE_CHECKING:
    from modelpress.site.fence_syntax import Fence


def starting_inputs(
    project: Project,
    fences: list[Fence],
    models: dict[str, Path],
    failures: dict[str, Path] | None = None,
    *,
    every_model: bool = True,
) -> dict[str, dict[str, str]]:
    """Returns slug → text of each starting input on the pages → "page.md:line".

    fences: of all pages. failures: files of failures, which pages may show too. every_model:
    whether each model needs a page.

    Raises PageError for a page with an unknown model or failure, ModelpressError for a model
    without a page: both before any training.
    """
    from modelpress.site.fence_kinds import fence_kinds

    kinds = fence_kinds()
    for fence in fences:
        if kinds[fence.kind].subject == "failure":
            _require_failure(fence, project, failures or {})
        elif kinds[fence.kind].subject == "model":
            _require_model(fence, project, models)
    shown = [fence for fence in fences if fence.kind == "model"]
    for slug in models if every_model else ():
        if slug not in {fence.slug for fence in shown}:
            raise _no_page(slug, project)
    starts: dict[str, dict[str, str]] = {slug: {} for slug in models}
    for fence in shown:
        if "start" in fence.options:
            where = f"{_page(fence, project)}:{fence.line}"
            starts[fence.slug].setdefault(fence.options["start"], where)
    return starts


def drawn_inputs(fences: list[Fence]) -> dict[str, list[str | None]]:
    """Returns slug → starting inputs whose activations a fence `layers` shows.

    None stands for the model's own. A fence shows those of the figure above it on its page.
    """
    drawn: dict[str, list[str | None]] = {}
    above: dict[tuple[str, str], str] = {}
    for fence in fences:
        place = (fence.page, fence.slug)
        if fence.kind == "model" and "start" in fence.options:
            above[place] = fence.options["start"]
        elif fence.kind == "model":
            above.pop(place, None)
        elif fence.kind == "layers":
            drawn.setdefault(fence.slug, []).append(above.get(place))
    return drawn


def foreign_figures(fences: list[Fence]) -> list[Extension]:
    """Returns what other packages add, of the fences on the pages, by name."""
    from modelpress.site.fence_kinds import fence_extensions

    known = fence_extensions()
    used = [known[name] for name in sorted({fence.kind for fence in fences})]
    return [each for each in used if each.package != OWN]


def find_fences(project: Project) -> list[Fence]:
    """Returns Modelpress' fences of all pages. Raises PageError for an invalid one."""
    from modelpress.site.fence_syntax import scan

    if not project.docs_dir.is_dir():
        raise ModelpressError(
            "The folder of the pages doesn't exist.",
            where=project.relative(project.docs_dir),
            next_step="Create it with an index.md, or set `docs_dir` in mkdocs.yml.",
        )
    return scan(project.docs_dir)


@dataclass(frozen=True)
class Built:
    """The result of MkDocs. first_page: URL of the first page in the navigation, '' for none."""

    warnings: list[str]
    first_page: str


def build_site(project: Project, note: Callable[[str], None]) -> Built:
    """Builds the pages and moves them into the site folder, next to the author's files there.

    note: called with MkDocs' warnings. Raises ModelpressError with MkDocs' messages, or if a file
    of the author is in the way; the site folder then stays unchanged.
    """
    with temporary_folder(project, "pages") as folder:
        made = folder / "site"
        built = build_pages(project, made)
        for warning in built.warnings:
            note(f"Warning: {warning}")
        swap(project, made, project.site_dir)
    return built


def build_pages(project: Project, out: Path, *, archive: bool = False) -> Built:
    """Builds the pages into `out` with MkDocs.

    archive: every link names a file, and pages don't offer an offline copy.
    Raises ModelpressError with MkDocs' messages; under `strict` a warning is an error.
    """
    with collected_messages() as log:
        try:
            plugin = _build(project, out, archive)
        except (ModelpressError, OSError):
            raise
        except (Exception, SystemExit) as error:  # MkDocs' Abort is a SystemExit
            raise _failed(project, log, error) from error
    return Built(list(dict.fromkeys(log.lines)), plugin.first_page)


def _build(project: Project, out: Path, archive: bool) -> Any:
    """Returns the plugin, which knows the pages."""
    config = load(project.config_file, strict=project.strict, site_dir=out)
    from mkdocs.commands.build import build

    plugin = the_plugin(config)
    plugin.out = out
    if archive:
        config.use_directory_urls = False
        plugin.archive = True
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    finally:
        config.plugins.on_shutdown()
    return plugin


def _failed(project: Project, log: MessageLog, error: BaseException) -> ModelpressError:
    from mkdocs.exceptions import MkDocsException

    where = project.relative(project.config_file)
    if log.lines and not log.errors and project.strict and isinstance(error, SystemExit):
        return ModelpressError(
            "MkDocs warns, and with `strict` that is an error; the site was left as it was.",
            where=where,
            found="\n".join(log.lines),
            next_step="Correct what it names, or build with --no-strict.",
        )
    lines = list(log.lines)
    if not lines or not isinstance(error, (MkDocsException, SystemExit)):
        lines.append(described(error))  # raised by a theme, a plugin or an extension
    return ModelpressError(
        "MkDocs could not build the pages; the site was left as it was.",
        where=where,
        found="\n".join(lines),
    )


def _require_model(fence: Fence, project: Project, models: dict[str, Any]) -> None:
    if fence.slug in models:
        return
    raise PageError(
        f"There is no model `{fence.slug}`.{nearest(fence.slug, models)}",
        where=f"{_page(fence, project)}:{fence.line}",
        expected="one of " + (", ".join(models) or "none: the models folder is empty"),
        next_step=f"Correct the name, or write {project.relative(project.models_dir)}/"
        f"{fence.slug}.py.",
    )


def _require_failure(fence: Fence, project: Project, failures: dict[str, Path]) -> None:
    if fence.slug in failures:
        return
    folder = project.relative(project.failures_dir)
    raise PageError(
        f"There is no failure `{fence.slug}`.{nearest(fence.slug, failures)}",
        where=f"{_page(fence, project)}:{fence.line}",
        expected="one of " + (", ".join(failures) or f"none: {folder} is empty"),
        next_step=f"Correct the name, or write {folder}/{fence.slug}.py.",
    )


def _no_page(slug: str, project: Project) -> ModelpressError:
    page = project.relative(project.docs_dir / f"{slug}.md")
    title = slug.replace("_", " ").capitalize()
    return ModelpressError(
        f"No page shows the model `{slug}`.",
        where=project.relative(project.models_dir / f"{slug}.py"),
        expected="a page with its fence",
        next_step=f"Write {page}, such as:\n\n# {title}\n\n```model {slug}\n```\n",
    )


def _page(fence: Fence, project: Project) -> str:
    return project.relative(project.docs_dir / fence.page)
