"""The `source` fence: the author's file, or named pieces of it, highlighted."""

from __future__ import annotations

import ast
from html import escape
from textwrap import dedent

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from modelpress.core.errors import PageError, nearest
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, option_place, read_options


def source_html(site: Site, page: Page, block: Block) -> str:
    """Returns the trained model's published Python file, which may differ from the current file.

    Raises PageError if `only` names an unknown piece.
    """
    options = read_options(block, page.path, page.line_offset)
    entry = site.models[block.slug]
    url = entry.files["source.py"].url
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
    name = entry.source
    if "only" in options:
        place = option_place(block, "only", page.path, page.line_offset)
        names = options["only"].replace(",", " ").split()
        code = "\n\n".join(piece(code, wanted, name, place) for wanted in names)
        name = f"{name}: {', '.join(names)}"
    html = highlight(code, PythonLexer(), HtmlFormatter(cssclass="highlight", wrapcode=True))
    return (
        f'<div class="mp-source"><p class="mp-source-name"><a href="{escape(page.url(url))}">'
        f"{escape(name)}</a></p>{html}</div>"
    )


def piece(code: str, name: str, file: str, where: str) -> str:
    """Returns the lines of a top-level function, class or assignment, with the comments above it.

    name: its name, or `MODEL.build` for an argument of a call that is assigned to MODEL. The result
    is dedented. file, where: for the PageError, raised for an unknown name.
    """
    known = _pieces(ast.parse(code))
    if name not in known:
        raise PageError(
            f"{file} has no `{name}` at its top level.{nearest(name, known)}",
            where=where,
            expected=f"one of {', '.join(known)}",
        )
    lines = code.splitlines()
    start, end = known[name]
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return dedent("\n".join(lines[start:end]))


def _pieces(tree: ast.Module) -> dict[str, tuple[int, int]]:
    """Returns name → (first line, line after the last), from 0."""
    known: dict[str, tuple[int, int]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(made.lineno for made in node.decorator_list)])
            known[node.name] = first - 1, node.end_lineno or node.lineno
            continue
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Name):
                known[target.id] = node.lineno - 1, node.end_lineno or node.lineno
                known |= _arguments(target.id, node)
    return known


def _arguments(name: str, node: ast.stmt) -> dict[str, tuple[int, int]]:
    call = node.value if isinstance(node, ast.Assign) else None
    if not isinstance(call, ast.Call):
        return {}
    return {
        f"{name}.{given.arg}": (given.lineno - 1, given.end_lineno or given.lineno)
        for given in call.keywords
        if given.arg
    }


FENCE = FenceKind("source", source_html, {"only": ()})
