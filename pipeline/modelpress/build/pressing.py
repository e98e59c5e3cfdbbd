"""Presses pages that another program made: puts the figures of their elements into them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from modelpress.build.builders import builder_named, names_out, run_builder
from modelpress.build.formulas import published_entries
from modelpress.build.page_source import Pages, Tell
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.files.overlaying import copied, overlay, own_mark
from modelpress.files.replacing import require_replaceable
from modelpress.files.site_folder import require_site_folder
from modelpress.files.swapping import swap
from modelpress.files.workspace import temporary_folder
from modelpress.site.fences.formulas import formulas_of_page

if TYPE_CHECKING:
    from modelpress.site.fences.formulas import Formula

OUT = "OUT"


class PressedPages:
    """The pages of a folder.

    folder: the pages. shown: the folder's name in errors. in_place: whether they are pressed where
    they are; else the folder becomes the site.
    """

    every_model = False

    def __init__(self, project: Project, folder: Path, shown: Path, *, in_place: bool) -> None:
        from modelpress.site.press.pages import fences_of, find_pages, html_files

        if not any(html_files(folder)):
            raise ModelpressError(
                "There is no page of HTML in this folder.",
                where=project.relative(shown),
                expected="the output of a builder, such as index.html",
                next_step="Build the pages, and name the folder that the builder wrote.",
            )
        self.original, self.folder, self.in_place = project, folder, in_place
        self.project = replace(project, docs_dir=shown)
        self.shown = f"{project.relative(shown)}/"
        self.pages = find_pages(folder, self.shown)
        self.fences = [fence for page in self.pages for fence in fences_of(page, self.shown)]

    def formulas(self) -> list[Formula]:
        """Returns the formulas of elements and captions."""
        from modelpress.site.press.inline import formulas_among

        entries = published_entries(self.project)
        found = []
        for page in self.pages:
            name = self.shown + page.name
            own = [fence for fence in self.fences if fence.page == page.name]
            found += formulas_among(page.elements, name)
            if self.project.formulas:
                found += formulas_of_page([], own, entries, name, 0, self.project.facts)
        return found

    def publish(self, note: Tell) -> None:
        """Writes the pages with their figures, and the files that they need."""
        from modelpress.site.press.unrendered import unrendered
        from modelpress.site.press.whole import press_site

        for sentence in unrendered(self.folder, self.shown, list(published_entries(self.project))):
            note(f"Warning: {sentence}")
        if not self.pages:
            note(f"Warning: no page in {self.shown} has an element of Modelpress.")
        if not self.in_place:
            press_site(self.original, self.pages, self.folder, self.shown)
            swap(self.original, self.folder, self.original.site_dir)
            return
        with temporary_folder(self.original, "pressed") as temporary:
            made = temporary / "site"
            made.mkdir()
            if self.original.offline:  # the copy for readers lists every file
                copied(self.folder, made, own_mark(self.original, self.folder))
            rewritten = press_site(self.original, self.pages, made, self.shown)
            overlay(self.original, made, self.folder, rewritten)


class FolderSource:
    """A folder of pages that is pressed in place."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.folder = folder.resolve()
        self.project = project
        self.written = replace(project, site_dir=self.folder)
        """The project with this folder as its site, for the closing message."""

    def check(self) -> None:
        """Raises ModelpressError if the folder can't be the output of a builder."""
        where, project = self.project.relative(self.folder), self.project
        if not self.folder.is_dir():
            raise ModelpressError(
                "There is no such folder.",
                where=where,
                next_step="Name the folder that the builder wrote the pages into.",
            )
        for sources in (project.root, project.models_dir, project.state_dir):
            if sources.is_relative_to(self.folder):
                raise ModelpressError(
                    "This folder holds more than pages: the press adds files to it.",
                    where=str(self.folder),
                    found=f"{sources} within",
                    expected="a folder that a builder wrote, such as site",
                    next_step="Let the builder write into a folder of its own, or build with: "
                    "modelpress build --with 'cp -r pages/. OUT'",
                )
        own_mark(project, self.folder)

    @contextmanager
    def opened(self, note: Tell) -> Iterator[Pages]:
        yield PressedPages(self.project, self.folder, self.folder, in_place=True)


class BuilderSource:
    """The pages that a builder's command makes, anew for each build."""

    def __init__(self, project: Project, command: str) -> None:
        self.project, self.builder = project, builder_named(command)
        self.command = command

    def check(self) -> None:
        """Raises ModelpressError if the site can't be written."""
        require_site_folder(self.project)

    @contextmanager
    def opened(self, note: Tell) -> Iterator[Pages]:
        project, place = self.project, self.project.site_dir
        with ExitStack() as stack:
            if names_out(self.builder):
                require_replaceable(project, place)
                folder = stack.enter_context(temporary_folder(project, "pages")) / "site"
                folder.mkdir()
                run_builder(project, self.builder, folder)
                yield PressedPages(project, folder, project.root / OUT, in_place=False)
                return
            own_mark(project, place)
            run_builder(project, self.builder, place)
            if not place.is_dir():
                raise ModelpressError(
                    "The builder ran, but the folder of the site is missing.",
                    where=project.relative(place),
                    found=self.command,
                    expected="a command with OUT, or a builder that writes into `site_dir`",
                    next_step="Write OUT in the command for the folder of the pages, or set "
                    "`site_dir` to the builder's folder.",
                )
            yield PressedPages(project, place, place, in_place=True)
