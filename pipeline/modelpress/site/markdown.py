"""The Python-Markdown extension: turns fences and facts into HTML. It does not need MkDocs.

markdown.markdown(text, extensions=[ModelpressExtension(site=…, public=…, page="a.md", root="./")])
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.util import ETX, STX

from modelpress.core.errors import PageError, nearest
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind, fence_kinds
from modelpress.site.fence_syntax import Block, Fence, blocks, check_options, read_options, scan
from modelpress.site.fences.facts import replace_facts
from modelpress.site.fences.figure import page_links
from modelpress.site.fences.formulas import Formula, formula_html, replace_formulas
from modelpress.site.fences.set_links import SetLink, check_set_links, replace_set_links
from modelpress.site.lessons.course import course_script, lesson_end, lesson_number, lesson_top
from modelpress.site.lessons.glossary import TermMarker

__all__ = ["Fence", "ModelpressExtension", "scan"]

# Python-Markdown's own marks: text with these characters would parse as a stashed element.
_PLACEHOLDERS = dict.fromkeys(map(ord, (STX, ETX)))


class ModelpressExtension(Extension):
    """Renders the fences, facts, formulas and terms of one page at a time.

    Options: see `config`, which describes each.
    """

    def __init__(self, **options: Any) -> None:
        self.config = {
            "site": [{}, "Content of .modelpress/site.json"],
            "public": ["", "Folder whose content is copied into the site"],
            "pages": [{}, "URL of each model's own page, relative to the site root, by slug"],
            "page": ["page.md", "Path of the page, for errors"],
            "root": ["./", "Relative URL of the site root"],
            "line_offset": [0, "Lines of the file before the Markdown"],
            "glossary": [{}, "page, url and terms of the glossary, as `glossary.as_options` has"],
            "lessons": [[], "Lessons of the course in order, as `course.lessons_of` finds them"],
            "map_url": ["", "URL of the page with the course's map, relative to the site root"],
            "site_url": ["", "Address at which the site is published, where it is known"],
        }
        super().__init__(**options)

    def open_page(self, page: str, root: str, line_offset: int) -> None:
        """Sets the page that is rendered next."""
        self.setConfigs({"page": page, "root": root, "line_offset": line_offset})

    def site(self) -> Site:
        """Returns the site that the options describe."""
        config = self.getConfigs()
        return Site.from_handover(
            config["site"],
            Path(config["public"]),
            config["pages"],
            config["lessons"],
            config["map_url"],
            config["site_url"],
        )

    def extendMarkdown(self, md: Markdown) -> None:
        # Before fenced_code and pymdownx.superfences (25), which would parse these fences as code;
        # after normalize_whitespace (30), which normalises tabs and line ends.
        md.preprocessors.register(_Fences(md, self), "modelpress", 29)
        config = self.getConfigs()
        glossary = config["glossary"]
        if in_glossary(glossary, config["page"]):
            url = _folder(config["root"]) + glossary["url"]
            # After all processors that add elements or attributes, and after MkDocs (0) resolves
            # authors' links: links to terms are already relative to this page.
            marker = TermMarker(md, glossary["terms"], url)
            md.treeprocessors.register(marker, "modelpress-terms", -5)


def in_glossary(glossary: dict[str, Any], page: str) -> bool:
    """Returns whether terms are marked on a page: it is in the glossary's folder or below."""
    if not glossary or page == glossary["page"]:
        return False
    folder = glossary["page"].rpartition("/")[0]
    return not folder or page.startswith(folder + "/")


class _Fences(Preprocessor):
    def __init__(self, md: Markdown, extension: ModelpressExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        config = self.extension.getConfigs()
        site = self.extension.site()
        page = Page(config["page"], _folder(config["root"]), int(config["line_offset"]))
        out: list[str] = []
        figures: list[str] = []
        links: list[SetLink] = []
        kinds = fence_kinds()

        def put(formula: Formula) -> str:
            return self.md.htmlStash.store(formula_html(formula, site.formulas))

        def put_link(link: SetLink) -> str:
            links.append(link)
            return self.md.htmlStash.store(link.html)

        for block in blocks(lines, page.path, page.line_offset):
            first = block.line + page.line_offset + 1
            if block.kind == "code":
                out.extend(block.lines)
            elif block.kind == "text":
                delimiters = site.fact_delimiters
                text = replace_facts(block.lines, site.entries, page.path, first, delimiters)
                text = replace_set_links(text, put_link, page.path, first)
                if site.has_formulas:
                    text = replace_formulas(text, put, page.path, first)
                out.extend(text)
            else:
                kind = kinds[block.kind]
                check_block(kind, site, page, block)
                html = kind.render(site, page, block).translate(_PLACEHOLDERS)
                if not html:
                    continue
                figures.append(html)
                # A div between blank lines keeps Markdown from wrapping it in a paragraph.
                stashed = self.md.htmlStash.store(f'<div class="mp-embed">{html}</div>')
                out.extend(["", block.indent + stashed, ""])
        check_set_links(links, figures)
        if links and (scripts := page_links(site, page)):  # an explainer alone has none of them
            out = [*out, "", self.md.htmlStash.store(f"<div>{scripts}</div>")]
        return self._framed(out, site, page)

    def _framed(self, lines: list[str], site: Site, page: Page) -> list[str]:
        """Returns the lines with a lesson's number and end, and the script if it is needed."""
        store = self.md.htmlStash.store
        number = lesson_number(site.lessons, page.path)
        if number:
            # After the heading, since MkDocs reads a page's title from its first element only.
            after = next((i for i, line in enumerate(lines, 1) if line.startswith("# ")), 0)
            top = ["", store(lesson_top(site.lessons, number)), ""]
            lines = [
                *lines[:after],
                *top,
                *lines[after:],
                "",
                store(lesson_end(site, page, number)),
            ]
        if number or in_glossary(self.extension.getConfig("glossary"), page.path):
            lines = [*lines, "", store(f"<div>{course_script(site, page)}</div>")]
        return lines


def check_block(kind: FenceKind, site: Site, page: Page, block: Block) -> None:
    """Raises PageError for an unknown model, failure case or option."""
    known = {"model": site.models, "failure": site.failures}.get(kind.subject)
    if known is not None and block.slug not in known:
        raise PageError(
            f"There is no {kind.subject} `{block.slug}`.{nearest(block.slug, known)}",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            expected=f"one of {', '.join(sorted(known)) or f'(no {kind.subject}s yet)'}",
        )
    if kind.options is not None and not callable(kind.options):
        options = read_options(block, page.path, page.line_offset)
        check_options(options, kind.options, block, page.path, page.line_offset)


def _folder(root: str) -> str:
    return root.rstrip("/") + "/" if root else "./"
