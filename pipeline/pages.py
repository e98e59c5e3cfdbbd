"""The site's pages: what they ask of the models, and building them with MkDocs."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelpressError, PageError, nearest
from pipeline.project import Project
from pipeline.state import swap, temporary_folder

if TYPE_CHECKING:
    from pipeline.site.fences import Fence


def starting_inputs(
    project: Project,
    fences: list[Fence],
    models: dict[str, Path],
    failures: dict[str, Path] | None = None,
) -> dict[str, dict[str, str]]:
    """Slug → text of each starting input that the pages ask for → "page.md:line".

    fences: of all pages. failures: the files of failures, which pages may name too.

    Raises PageError for a page that names an unknown model or failure, ModelpressError for a model
    that no page shows: both before anything is trained.
    """
    found = [fence for fence in fences if fence.slug]
    for fence in found:
        if fence.kind == "explore":
            continue
        if fence.kind == "failure":
            _require_failure(fence, project, failures or {})
        else:
            _require_model(fence, project, models)
    shown = [fence for fence in found if fence.kind == "model"]
    for slug in models:
        if slug not in {fence.slug for fence in shown}:
            raise _no_page(slug, project)
    starts: dict[str, dict[str, str]] = {slug: {} for slug in models}
    for fence in shown:
        if "start" in fence.options:
            where = f"{_page(fence, project)}:{fence.line}"
            starts[fence.slug].setdefault(fence.options["start"], where)
    return starts


def find_fences(project: Project) -> list[Fence]:
    """Our fences in all pages. Raises PageError for one that no site could render."""
    from pipeline.site.fences import scan

    if not project.docs_dir.is_dir():
        raise ModelpressError(
            "The folder of the pages doesn't exist.",
            where=project.relative(project.docs_dir),
            next_step="Create it with an index.md, or set `docs_dir` in mkdocs.yml.",
        )
    return scan(project.docs_dir)


def build_site(project: Project) -> None:
    """Builds the pages and swaps them into the site folder.

    Raises ModelpressError with what MkDocs says; the site folder is then as it was.
    """
    with temporary_folder(project, "pages") as folder:
        made = folder / "site"
        build_pages(project, made)
        swap(project, made, project.site_dir)


def build_pages(project: Project, out: Path, *, archive: bool = False) -> None:
    """Builds the pages into `out` with MkDocs, strictly.

    archive: every page is a file that a link names, and no page speaks of being kept on a device.
    Raises ModelpressError with what MkDocs says.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # Material's notice, at every build
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    said = _Heard()
    log = logging.getLogger("mkdocs")
    log.addHandler(said)
    try:
        config = load_config(str(project.config_file), site_dir=str(out), strict=True)
        if archive:
            config.use_directory_urls = False
            config.plugins["modelpress"].archive = True
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except ModelpressError:
        raise
    except (MkDocsException, SystemExit) as error:  # MkDocs' Abort is a SystemExit
        raise _failed(project, "\n".join(said.lines) or str(error)) from error
    except OSError:
        raise
    except Exception as error:  # a theme's, a plugin's or an extension's own
        raise _failed(project, f"{type(error).__name__}: {error}") from error
    finally:
        log.removeHandler(said)


def _failed(project: Project, found: str) -> ModelpressError:
    return ModelpressError(
        "MkDocs could not build the pages; the site was left as it was.",
        where=project.relative(project.config_file),
        found=found,
    )


class _Heard(logging.Handler):
    """Keeps MkDocs' warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().strip())


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
