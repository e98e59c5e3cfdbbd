"""The `source` fence: the author's own file, highlighted."""

from __future__ import annotations

from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from pipeline.errors import PageError
from pipeline.site.context import Page, Site
from pipeline.site.fences import Block


def source_html(site: Site, page: Page, block: Block) -> str:
    """The model's Python file as it was trained: the artefact's copy, not the working file."""
    entry = site.models[block.slug]
    url = entry["files"]["source.py"]["url"]
    path = site.public / url
    try:
        code = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PageError(
            f"The source of `{block.slug}` cannot be read: {error.strerror}.",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            found=str(path),
            next_step="Run `modelpress build`, which puts it there.",
        ) from error
    html = highlight(code, PythonLexer(), HtmlFormatter(cssclass="highlight", wrapcode=True))
    name = escape(str(entry.get("source", "source.py")))
    return (
        f'<div class="mp-source"><p class="mp-source-name"><a href="{escape(page.url(url))}">'
        f"{name}</a></p>{html}</div>"
    )
