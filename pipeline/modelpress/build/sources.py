"""Chooses the builder of a project's pages."""

from __future__ import annotations

from modelpress.build.page_source import MkDocsSource, Source
from modelpress.build.pressing import BuilderSource
from modelpress.core.errors import ModelpressError
from modelpress.core.own_configuration import is_own
from modelpress.core.project import Project


def source_of(project: Project, command: str = "", *, archive: bool = False) -> Source:
    """Returns the pages of the builder `command`, else of the project's own, else of MkDocs.

    Raises ModelpressError if the project names no builder, or the archive can't be written.
    """
    command = command or project.builder
    if command and archive:
        raise ModelpressError(
            "The archive is only written for pages that MkDocs makes.",
            found=f"--archive, and the builder `{command}`",
            next_step="Build without --archive.",
        )
    if command:
        return BuilderSource(project, command)
    if is_own(project.config_file):
        raise ModelpressError(
            "This project names no builder of its pages.",
            where=project.relative(project.config_file),
            expected="a line such as: with: sphinx-build docs OUT",
            next_step="Write it, give the command by --with, or press pages that are built: "
            "modelpress press FOLDER",
        )
    return MkDocsSource(project, archive=archive)


def require_mkdocs(project: Project) -> None:
    """Raises ModelpressError for a project whose pages MkDocs does not make."""
    if is_own(project.config_file):
        raise ModelpressError(
            "`modelpress serve` serves pages that MkDocs makes.",
            where=project.relative(project.config_file),
            next_step="Build the site, and serve its folder: python -m http.server -d "
            f"{project.relative(project.site_dir)}",
        )
