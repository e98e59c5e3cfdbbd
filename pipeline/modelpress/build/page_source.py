"""What a build needs of the pages: their fences and formulas, and to be written with figures.

MkDocs makes the pages from Markdown. `modelpress.build.pressing` reads those of other builders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from modelpress.build import pages
from modelpress.build.archive import require_archive_replaceable
from modelpress.build.formulas import find_formulas
from modelpress.core.project import Project
from modelpress.files.replacing import require_replaceable
from modelpress.files.site_folder import require_site_folder

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from modelpress.site.fence_syntax import Fence
    from modelpress.site.fences.formulas import Formula

Tell = Callable[[str], None]


class Pages(Protocol):
    """The pages of a build.

    project: of the build; its `docs_dir` is the folder that fences' pages are relative to. fences:
    of all pages. every_model: whether each model needs a page.
    """

    project: Project
    fences: list[Fence]
    every_model: bool

    def formulas(self) -> list[Formula]:
        """Returns the formulas of all pages. Needs `site.json` for the facts in them."""

    def publish(self, note: Tell) -> str | None:
        """Writes the site; returns the URL of its first page, None if it is unknown."""


class Source(Protocol):
    """Where the pages come from."""

    def check(self) -> None:
        """Raises ModelpressError if the site can't be written, before anything is done."""

    def opened(self, note: Tell) -> AbstractContextManager[Pages]:
        """Yields the pages, within the project's lock."""


class MkDocsPages:
    """The Markdown pages of an MkDocs project."""

    every_model = True

    def __init__(self, project: Project) -> None:
        self.project = project
        self.fences = pages.find_fences(project)

    def formulas(self) -> list[Formula]:
        return find_formulas(self.project, self.fences)

    def publish(self, note: Tell) -> str:
        return pages.build_site(self.project, note).first_page


class MkDocsSource:
    """The pages of an MkDocs project. archive: whether the build also writes the archive."""

    def __init__(self, project: Project, *, archive: bool = False) -> None:
        self.project, self.archive = project, archive

    def check(self) -> None:
        require_site_folder(self.project)

    @contextmanager
    def opened(self, note: Tell) -> Iterator[Pages]:
        require_replaceable(self.project, self.project.site_dir)
        if self.archive:
            require_archive_replaceable(self.project)
        yield MkDocsPages(self.project)
